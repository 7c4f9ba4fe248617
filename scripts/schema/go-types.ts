import { join } from "node:path";

import { Glob } from "bun";

/** Definition name -> JSON field name -> the field's Go type as Go prints it: `v1.PullPolicy`, `[]string`, `*int32`. */
export type GoFieldTypes = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Where versioned API types stand in the source tree, and the prefix of their definitions. */
const PLACES: readonly { folder: string; prefix: string }[] = [
  { folder: "staging/src/k8s.io/api", prefix: "io.k8s.api" },
  { folder: "staging/src/k8s.io/apimachinery/pkg/apis", prefix: "io.k8s.apimachinery.pkg.apis" },
  {
    folder: "staging/src/k8s.io/apiextensions-apiserver/pkg/apis",
    prefix: "io.k8s.apiextensions-apiserver.pkg.apis",
  },
  { folder: "staging/src/k8s.io/apiserver/pkg/apis", prefix: "io.k8s.apiserver.pkg.apis" },
];

/** Reads `types*.go` of every served API version: struct fields with a JSON tag. */
export async function goFieldTypes(sourcePath: string): Promise<GoFieldTypes> {
  const found = new Map<string, Map<string, string>>();
  for (const { folder, prefix } of PLACES) {
    const root = join(sourcePath, folder);
    for await (const file of new Glob("*/v[0-9]*/*types*.go").scan(root)) {
      const [group = "", version = ""] = file.split("/");
      const source = await Bun.file(join(root, file)).text();
      for (const [type, fields] of structs(source, version)) found.set(`${prefix}.${group}.${version}.${type}`, fields);
    }
  }
  return found;
}

function structs(source: string, version: string): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const [, name = "", body = ""] of source.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    const fields = new Map<string, string>();
    for (const [, type = "", tag = ""] of body.matchAll(/^\t\w+[ \t]+(\S+)[ \t]+`[^`]*json:"([^",]+)/gm)) {
      fields.set(tag, qualified(type, version));
    }
    found.set(name, fields);
  }
  return found;
}

/** Go prints `package.Type`; the packages of API types are named after their version, whatever they are imported as. */
function qualified(type: string, version: string): string {
  return type
    .replaceAll(/\bbyte\b/g, "uint8")
    .replaceAll(/\b(?:metav1|corev1|apiv1|authnv1|authenticationv1)\./g, "v1.")
    .replaceAll(/(?<![\w.])[A-Z]\w*(?![\w.])/g, `${version}.$&`);
}
