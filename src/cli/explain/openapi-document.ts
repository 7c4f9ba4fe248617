import { byteOrder } from "../../lib/json/json-text.ts";
import { isJsonObject, jsonEqual, type JsonObject, ownValue } from "../../lib/json/json-value.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import { objectIn, objectsIn, textIn } from "../objects/api-object.ts";

/** What the server says of one group version: an OpenAPI v3 document. */
export type OpenApiDocument = JsonObject;

export type Schema = JsonObject;

const METHODS = ["get", "post", "put", "patch", "delete"];
const GROUP_VERSION_KIND = "x-kubernetes-group-version-kind";

/** The group, version and kind of a resource, as the operations on its paths name them. */
export function groupVersionKind(
  document: OpenApiDocument,
  { group, version, resource }: Pick<ResourceMapping, "group" | "version" | "resource">,
): JsonObject | undefined {
  const prefix = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const paths = [`${prefix}/${resource}`, `${prefix}/namespaces/{namespace}/${resource}`];
  const operations = paths
    .flatMap((path) => [path, `${path}/{name}`])
    .flatMap((path) => METHODS.map((method) => objectIn(objectIn(objectIn(document, "paths"), path), method)));
  return operations.map((operation) => operation[GROUP_VERSION_KIND]).find(isJsonObject);
}

/** The schema of a kind. */
export function schemaOfKind(document: OpenApiDocument, kind: JsonObject): Schema | undefined {
  return sortedEntries(objectIn(objectIn(document, "components"), "schemas"))
    .map(([, schema]) => schema)
    .find((schema) => objectsIn(schema, GROUP_VERSION_KIND).some((each) => jsonEqual(each, kind)));
}

/** What a schema's reference leads to, or the schema itself when it has none or it leads nowhere. */
export function resolved(document: OpenApiDocument, schema: Schema): Schema {
  return referenced(document, textIn(schema, "$ref")) ?? schema;
}

function referenced(document: OpenApiDocument, reference: string): Schema | undefined {
  if (!reference.startsWith("#")) return undefined;
  let found: JsonObject = document;
  for (const key of reference.slice(1).split("/").filter(Boolean)) {
    const next = ownValue(found, key);
    if (!isJsonObject(next)) return undefined;
    found = next;
  }
  return found;
}

/** `string`, `Object`, `[]Container`, `map[string]Quantity`. */
export function typeName(document: OpenApiDocument, schema: Schema): string {
  const items = schemaIn(schema, "items");
  if (items) return `[]${typeName(document, items)}`;
  const values = schemaIn(schema, "additionalProperties");
  if (values) return `map[string]${typeName(document, values)}`;
  const alternatives = objectsIn(schema, "allOf");
  const [only] = alternatives;
  if (only && alternatives.length === 1 && !schemaIn(schema, "properties")) return typeName(document, only);
  const reference = textIn(schema, "$ref");
  if (reference === "") return capitalized(textIn(schema, "type"));
  const type = textIn(referenced(document, reference) ?? {}, "type");
  // References to what is no object, as to a Quantity's text, are shown as what they lead to.
  return type === "" || type === "object" ? /[^./]*$/.exec(reference)?.[0] || "Object" : type;
}

const capitalized = (type: string): string => (type === "" || type === "object" ? "Object" : type);

/** The fields of a schema by name, in the order in which they are shown. */
export const propertiesOf = (schema: Schema): readonly (readonly [string, Schema])[] =>
  sortedEntries(objectIn(schema, "properties"));

export function propertyOf(schema: Schema, name: string): Schema | undefined {
  const property = ownValue(objectIn(schema, "properties"), name);
  return isJsonObject(property) ? property : undefined;
}

/** The schema under a keyword; an empty one says nothing, and `additionalProperties` may be a boolean. */
export function schemaIn(schema: Schema, keyword: "items" | "additionalProperties" | "properties"): Schema | undefined {
  const found = schema[keyword];
  return isJsonObject(found) && Object.keys(found).length > 0 ? found : undefined;
}

/** The schemas that say more of the same value, or of what it is made of. */
export function partsOf(schema: Schema): readonly Schema[] {
  const contents = [schemaIn(schema, "items"), schemaIn(schema, "additionalProperties")];
  return [...objectsIn(schema, "allOf"), ...contents.filter((each) => each !== undefined)];
}

const sortedEntries = (schemas: JsonObject): readonly (readonly [string, Schema])[] =>
  Object.entries(schemas)
    .flatMap(([name, schema]) => (isJsonObject(schema) ? [[name, schema] as const] : []))
    .toSorted(([left], [right]) => byteOrder(left, right));
