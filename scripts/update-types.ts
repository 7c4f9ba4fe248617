/**
 * Writes src/api/types/*.ts and src/api/resources.ts from a file of API facts.
 *
 *     bun scripts/update-types.ts path/to/api-facts.json
 *
 * The facts name every definition of a Kubernetes version with its fields, and every REST path. Texts are not among them.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

type Field = {
  type?: string;
  format?: string;
  ref?: string;
  items?: Field;
  values?: Field;
  enum?: string[];
};
type Gvk = { group: string; version: string; kind: string };
type Definition = {
  properties?: Record<string, Field>;
  required?: string[];
  "group-version-kind"?: Gvk[];
};
type Operation = { action: string; gvk?: Gvk };
type Facts = {
  version: string;
  definitions: Record<string, Definition>;
  "wire-definitions": Record<string, Definition>;
  operations: Record<string, Record<string, Operation>>;
};

/** Definitions whose JSON form is not an object with fields. */
const SCALARS: Record<string, string> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "string | number",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "string | number",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "string",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "string",
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "Record<string, unknown>",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": "unknown",
  "io.k8s.apimachinery.pkg.runtime.RawExtension": "unknown",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": "unknown",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray":
    "JSONSchemaProps | JSONSchemaProps[]",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": "JSONSchemaProps | boolean",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "JSONSchemaProps | string[]",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus": "Record<string, never>",
};

const root = join(import.meta.dir, "..", "src", "api");
const HEADER = (facts: Facts) =>
  `// Written by scripts/update-types.ts from the facts of Kubernetes ${facts.version}. Do not edit.\n`;

/** `io.k8s.api.core.v1.Pod` -> { file: "core-v1", type: "Pod" }. */
function placeOf(name: string): { file: string; type: string } {
  const parts = name.split(".");
  const type = parts.at(-1) ?? name;
  const version = parts.at(-2) ?? "";
  if (!/^v\d/.test(version)) return { file: `meta-v1`, type };
  return { file: `${(parts.at(-3) ?? "").replaceAll("_", "-")}-${version}`, type };
}

function typeOf(field: Field, use: (ref: string) => string): string {
  if (field.ref)
    return SCALARS[field.ref] && !SCALARS[field.ref]?.includes("JSONSchemaProps")
      ? (SCALARS[field.ref] ?? "")
      : use(field.ref);
  if (field.items) return arrayOf(typeOf(field.items, use));
  if (field.values) return `Record<string, ${typeOf(field.values, use)}>`;
  if (field.enum && field.type === "string") return enumType(field.enum);
  if (field.type === "string") return "string";
  if (field.type === "integer" || field.type === "number") return "number";
  if (field.type === "boolean") return "boolean";
  if (field.type === "object") return "Record<string, unknown>";
  return "unknown";
}

function arrayOf(element: string): string {
  return /[|\s]/.test(element) && !element.startsWith("Record<") ? `(${element})[]` : `${element}[]`;
}

/** Values from other versions must still be representable, so an enumeration stays open. */
function enumType(values: readonly string[]): string {
  return [...values.filter((value) => value !== "").map((value) => JSON.stringify(value)), "(string & {})"].join(" | ");
}

function definitionSource(name: string, definition: Definition, use: (ref: string) => string): string {
  const { type } = placeOf(name);
  const scalar = SCALARS[name];
  if (scalar !== undefined) return `export type ${type} = ${scalar};\n`;
  const required = new Set(definition.required ?? []);
  const isTopLevel = definition["group-version-kind"] !== undefined;
  const lines = Object.entries(definition.properties ?? {}).map(([key, field]) => {
    const mustHave =
      required.has(key) ||
      (isTopLevel && ["apiVersion", "kind", "metadata"].includes(key) && field.ref !== undefined) ||
      (isTopLevel && (key === "apiVersion" || key === "kind"));
    const property = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    return mustHave ? `  ${property}: ${typeOf(field, use)};` : `  ${property}?: ${typeOf(field, use)} | undefined;`;
  });
  return `export interface ${type} {\n${lines.join("\n")}\n}\n`;
}

async function writeTypes(facts: Facts): Promise<number> {
  const all = { ...facts.definitions, ...facts["wire-definitions"] };
  const files = new Map<string, { imports: Map<string, Set<string>>; source: string[] }>();
  for (const name of Object.keys(all).toSorted()) {
    const definition = all[name];
    if (!definition) continue;
    const { file } = placeOf(name);
    const unit = files.get(file) ?? { imports: new Map<string, Set<string>>(), source: [] };
    files.set(file, unit);
    const use = (ref: string): string => {
      const target = placeOf(ref);
      if (target.file !== file) {
        const names = unit.imports.get(target.file) ?? new Set<string>();
        unit.imports.set(target.file, names.add(target.type));
      }
      return target.type;
    };
    unit.source.push(definitionSource(name, definition, use));
  }
  const folder = join(root, "types");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [file, unit] of files) {
    const imports = [...unit.imports]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([from, names]) => `import type { ${[...names].toSorted().join(", ")} } from "./${from}.ts";\n`);
    await Bun.write(join(folder, `${file}.ts`), `${HEADER(facts)}${imports.join("")}\n${unit.source.join("\n")}`);
  }
  return files.size;
}

type Resource = {
  group: string;
  version: string;
  resource: string;
  kind: string;
  namespaced: boolean;
  type: string;
  file: string;
};

/** Every resource that can be read back: its collection path has a `get` operation. */
function resourcesOf(facts: Facts): Resource[] {
  const byGvk = new Map<string, string>();
  for (const [name, definition] of Object.entries(facts.definitions)) {
    for (const gvk of definition["group-version-kind"] ?? [])
      byGvk.set(`${gvk.group}/${gvk.version}/${gvk.kind}`, name);
  }
  const found = new Map<string, Resource>();
  for (const [path, operations] of Object.entries(facts.operations)) {
    const gvk = operations["get"]?.gvk ?? operations["post"]?.gvk;
    const match = /^\/apis?\/(?:([^/]+)\/)?(v[^/]+)\/(namespaces\/\{namespace\}\/)?([a-z]+)(?:\/\{name\})?$/.exec(path);
    if (!gvk || !match || path.includes("/watch/")) continue;
    const [, group = "", version = "", namespaced, resource = ""] = match;
    const definition = byGvk.get(`${gvk.group}/${gvk.version}/${gvk.kind}`);
    if (!definition || gvk.group !== group) continue;
    const key = `${group}/${version}/${resource}`;
    if (found.has(key) && !namespaced) continue;
    const { file, type } = placeOf(definition);
    found.set(key, {
      group,
      version,
      resource,
      kind: gvk.kind,
      namespaced: namespaced !== undefined,
      type,
      file,
    });
  }
  return [...found.values()].toSorted((a, b) =>
    `${a.group}/${a.version}/${a.resource}`.localeCompare(`${b.group}/${b.version}/${b.resource}`),
  );
}

async function writeResources(facts: Facts): Promise<number> {
  const resources = resourcesOf(facts);
  const plural = new Map<string, number>();
  for (const { resource } of resources) plural.set(resource, (plural.get(resource) ?? 0) + 1);
  const constant = (resource: Resource): string => {
    const base = resource.resource;
    const isPreferred = resource.group === "" || resource.version === "v1";
    return (plural.get(base) ?? 0) > 1 && !(isPreferred && resource.group !== "events.k8s.io")
      ? `${base}${capital(resource.group.split(".")[0] ?? "")}${capital(resource.version)}`
      : base;
  };
  const imports = new Map<string, Set<string>>();
  for (const { file, type } of resources) imports.set(file, (imports.get(file) ?? new Set<string>()).add(type));
  const source = [
    HEADER(facts),
    `import type { ResourceType } from "./resource-type.ts";\n`,
    ...[...imports.keys()]
      .toSorted()
      .map((file) => `import type * as ${file.replaceAll(/[^a-z0-9]/g, "")} from "./types/${file}.ts";\n`),
    "\n",
    ...resources.map(
      (r) =>
        `export const ${constant(r)}: ResourceType<${alias(r)}> = ${JSON.stringify({ group: r.group, version: r.version, resource: r.resource, kind: r.kind, namespaced: r.namespaced })};\n`,
    ),
  ];
  await Bun.write(join(root, "resources.ts"), source.join(""));
  return resources.length;
}

const alias = (resource: Resource): string => `${resource.file.replaceAll(/[^a-z0-9]/g, "")}.${resource.type}`;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const path = process.argv[2];
if (path === undefined) {
  console.error("Usage: bun scripts/update-types.ts path/to/api-facts.json");
  process.exit(64);
}
const facts = (await Bun.file(path).json()) as Facts;
console.log(`${await writeTypes(facts)} files of types, ${await writeResources(facts)} resources`);
