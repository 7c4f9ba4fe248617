import { isJsonObject, type JsonObject, type JsonValue, ownValue } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { decodedShape, type Shape } from "./decode-shape.ts";
import { DEFAULT_CONFIG, type NameReference, type TransformerConfig } from "./default-specs.ts";
import { type FieldSpec, inSpecOrder, mergedSpecs } from "./field-spec.ts";
import type { FolderLoader } from "./folder-loader.ts";
import { yamlValue } from "./read-yaml.ts";
import { isSameGvk } from "./resource-id.ts";

type PartialConfig = Partial<TransformerConfig>;

const SPEC_FIELDS = [
  "namePrefix",
  "nameSuffix",
  "namespace",
  "commonLabels",
  "labels",
  "templateLabels",
  "commonAnnotations",
  "varReference",
  "images",
  "replicas",
] as const satisfies readonly (keyof TransformerConfig)[];

const fieldSpec: Shape = {
  fields: { group: "text", version: "text", kind: "text", path: "text", create: "boolean" },
};
const configShape: Shape = {
  fields: {
    ...Object.fromEntries(SPEC_FIELDS.map((field) => [field, { listOf: fieldSpec }])),
    nameReference: {
      listOf: { fields: { group: "text", version: "text", kind: "text", fieldSpecs: { listOf: fieldSpec } } },
    },
  },
};

/** What kustomize knows by itself, with what `configurations` and `crds` of a kustomization add. */
export async function transformerConfig(
  loader: FolderLoader,
  configurations: readonly string[],
  crds: readonly string[],
): Promise<TransformerConfig> {
  const own = await Promise.all(configurations.map(async (path) => configIn(await loader.text(path))));
  const ofTypes = await Promise.all(crds.map(async (path) => configOfDocument(yamlValue(await loader.text(path)))));
  return [...own, ...ofTypes.flat()].reduce<TransformerConfig>(mergedConfig, DEFAULT_CONFIG);
}

function configIn(text: string): PartialConfig {
  const value = yamlValue(text);
  // The shape is that of the type.
  return (decodedShape(value, configShape, "TransformerConfig") ?? {}) as PartialConfig;
}

export function mergedConfig(left: TransformerConfig, right: PartialConfig): TransformerConfig {
  const specs = SPEC_FIELDS.map((field) => [field, inSpecOrder(merged(field, left[field], right[field] ?? []))]);
  const nameReference = inSpecOrder((right.nameReference ?? []).reduce(withReference, left.nameReference));
  // Every field of specs is there.
  return { ...(Object.fromEntries(specs) as Omit<TransformerConfig, "nameReference">), nameReference };
}

function merged(field: string, left: readonly FieldSpec[], right: readonly FieldSpec[]): readonly FieldSpec[] {
  try {
    return mergedSpecs(left, right);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const name = field === "namespace" ? "NameSpace" : field.replace(/^./, (first) => first.toUpperCase());
    throw new UserError(`failed to merge ${name} fieldSpec: ${error.message}`);
  }
}

function withReference(known: readonly NameReference[], next: NameReference): readonly NameReference[] {
  const full = (each: NameReference) => ({ group: "", version: "", kind: "", ...each });
  const index = known.findIndex((each) => isSameGvk(full(each), full(next)));
  const found = known[index];
  if (!found) return [...known, next];
  return known.with(index, { ...found, fieldSpecs: mergedSpecs(found.fieldSpecs, next.fieldSpecs) });
}

/** Extensions in the schemas of a user's own kinds say what their fields are. */
function configOfDocument(document: JsonValue): readonly PartialConfig[] {
  if (!isJsonObject(document)) return [];
  return Object.keys(document).flatMap((name) => {
    const properties = propertiesOf(document, name);
    const isObject = ["kind", "apiVersion", "metadata"].every((field) => Object.hasOwn(properties, field));
    return isObject ? configsOfType(document, { kind: name.slice(name.lastIndexOf(".") + 1) }, name, [], []) : [];
  });
}

function propertiesOf(document: JsonObject, name: string): JsonObject {
  const definition = ownValue(document, name);
  const schema = isJsonObject(definition) ? definition["Schema"] : undefined;
  const properties = isJsonObject(schema) ? schema["properties"] : undefined;
  return isJsonObject(properties) ? properties : {};
}

function configsOfType(
  document: JsonObject,
  gvk: { readonly kind: string },
  name: string,
  path: readonly string[],
  seen: readonly string[],
): readonly PartialConfig[] {
  if (seen.includes(name)) return [];
  return Object.entries(propertiesOf(document, name)).flatMap(([field, property]): readonly PartialConfig[] => {
    if (!isJsonObject(property)) return [];
    const own = [...path, field];
    const spec: FieldSpec = { ...gvk, path: own.join("/") };
    const text = (key: string): string | undefined => (typeof property[key] === "string" ? property[key] : undefined);
    const [version, kind] = [text("x-kubernetes-object-ref-api-version"), text("x-kubernetes-object-ref-kind")];
    const nameKey = text("x-kubernetes-object-ref-name-key") ?? "name";
    const ref = text("$ref");
    return [
      ...(text("x-kubernetes-annotation") === undefined ? [] : [{ commonAnnotations: [spec] }]),
      ...(text("x-kubernetes-label-selector") === undefined ? [] : [{ commonLabels: [spec] }]),
      ...(text("x-kubernetes-identity") === undefined ? [] : [{ namePrefix: [spec] }]),
      ...(version === undefined || kind === undefined
        ? []
        : [{ nameReference: [{ kind, version, fieldSpecs: [{ ...gvk, path: [...own, nameKey].join("/") }] }] }]),
      ...(ref === undefined ? [] : configsOfType(document, gvk, ref, own, [...seen, name])),
    ];
  });
}
