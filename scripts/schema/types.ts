import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import type { ApiFacts, DefinitionFacts, FieldFacts } from "./api-facts.ts";
import { generatedHeader, placeOf } from "./api-facts.ts";

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

/** Writes one file of TypeScript types per group version and says how many. */
export async function writeTypes(facts: ApiFacts, folder: string): Promise<number> {
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
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [file, unit] of files) {
    const imports = [...unit.imports]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([from, names]) => `import type { ${[...names].toSorted().join(", ")} } from "./${from}.ts";\n`);
    await Bun.write(
      join(folder, `${file}.ts`),
      `${generatedHeader(facts)}${imports.join("")}\n${unit.source.join("\n")}`,
    );
  }
  return files.size;
}

function typeOf(field: FieldFacts, use: (ref: string) => string): string {
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

function definitionSource(name: string, definition: DefinitionFacts, use: (ref: string) => string): string {
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
