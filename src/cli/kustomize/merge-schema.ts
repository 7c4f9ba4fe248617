import { definitionOf, findDefinition, type Field, type ValueType } from "../../api/schema/schema.ts";
import { isJsonObject, type JsonObject, type JsonValue, ownValue } from "../../lib/json/json-value.ts";
import { isKnownKind } from "./known-kinds.ts";
import { apiVersionOfGvk, type Gvk } from "./resource-id.ts";
import { textOf } from "./resource.ts";

/** What a merge has to know of a value. */
export interface MergeSchema {
  /** A list whose items are merged one by one, and not replaced as a whole. */
  readonly mergesList: boolean;
  /** By which fields its items are told apart; none for scalars. */
  readonly mergeKeys: readonly string[];
  /** Of the items of a list. */
  readonly items: MergeSchema | undefined;
  /** Of a field of an object. */
  field(name: string): MergeSchema | undefined;
}

/** Where a build looks for the schema of a kind. */
export type FindSchema = (gvk: Gvk) => MergeSchema | undefined;

/** Fields whose lists merge by now, but not in the version of the API that kustomize knows. */
const NEWER_FIELDS = new Set(["resourceClaims", "schedulingGates"]);

/** The schema of a kind of the API that kustomize knows. */
export const builtInSchema: FindSchema = (gvk) => {
  const ref = isKnownKind(apiVersionOfGvk(gvk), gvk.kind) ? definitionOf(gvk) : undefined;
  return ref === undefined ? undefined : schemaOfType({ ref });
};

function schemaOfType(type: Field): MergeSchema {
  const mergesList = type.patchStrategy?.split(",").includes("merge") ?? false;
  const key = type.patchMergeKey;
  return {
    mergesList,
    mergeKeys: mergesList ? (type.listMapKeys ?? (key === undefined ? [] : [key])) : [],
    get items() {
      return type.items && schemaOfType(type.items);
    },
    field: (name) => fieldOf(type, name),
  };
}

function fieldOf(type: ValueType, name: string): MergeSchema | undefined {
  if (type.values) return schemaOfType(type.values);
  if (type.ref === undefined || NEWER_FIELDS.has(name)) return undefined;
  const field = ownValue(findDefinition(type.ref)?.properties ?? {}, name);
  return field && schemaOfType(field);
}

/** The schemas of an OpenAPI document, as `openapi.path` of a kustomization names one. */
export function documentSchema(document: JsonObject): FindSchema {
  const definitions = objectIn(document, "definitions");
  const byKind = new Map<string, JsonObject>();
  for (const definition of Object.values(definitions)) {
    if (!isJsonObject(definition)) continue;
    const kinds = definition["x-kubernetes-group-version-kind"];
    for (const gvk of Array.isArray(kinds) ? kinds : [])
      if (isJsonObject(gvk)) byKind.set(kindKey(gvkIn(gvk)), definition);
  }
  return (gvk) => {
    const definition = byKind.get(kindKey(gvk));
    return definition && schemaOfDocument(definition, definitions);
  };
}

const kindKey = ({ group, version, kind }: Gvk): string => `${group}/${version}/${kind}`;

const gvkIn = (gvk: JsonObject): Gvk => ({
  group: textOf(gvk, "group"),
  version: textOf(gvk, "version"),
  kind: textOf(gvk, "kind"),
});

function objectIn(object: JsonObject, key: string): JsonObject {
  const value = ownValue(object, key);
  return isJsonObject(value) ? value : {};
}

function schemaOfDocument(value: JsonValue, definitions: JsonObject): MergeSchema | undefined {
  const schema = resolved(value, definitions);
  if (!isJsonObject(schema)) return undefined;
  const strategy = schema["x-kubernetes-patch-strategy"];
  const mergesList = typeof strategy === "string" && strategy.split(",").includes("merge");
  const [listKeys, key] = [schema["x-kubernetes-list-map-keys"], textOf(schema, "x-kubernetes-patch-merge-key")];
  const mergeKeys = Array.isArray(listKeys) ? listKeys.map(String) : key === "" ? [] : [key];
  const inner = (each: JsonValue | undefined): MergeSchema | undefined =>
    each === undefined ? undefined : schemaOfDocument(each, definitions);
  return {
    mergesList,
    mergeKeys: mergesList ? mergeKeys : [],
    get items() {
      return schema["type"] === "array" ? inner(schema["items"]) : undefined;
    },
    field: (name) => inner(ownValue(objectIn(schema, "properties"), name) ?? schema["additionalProperties"]),
  };
}

function resolved(value: JsonValue, definitions: JsonObject): JsonValue | undefined {
  const ref = isJsonObject(value) ? value["$ref"] : undefined;
  if (typeof ref !== "string") return value;
  return resolved(ownValue(definitions, ref.replace(/^#\/definitions\//, "")) ?? null, definitions);
}
