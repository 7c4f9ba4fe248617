/** Reading a structural schema: a JSON schema of a CustomResourceDefinition that says of every field what it is. */
import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { cloneJson, isJsonObject, ownValue, setKey } from "../../lib/json/json-value.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";

export const preservesUnknown = (schema: JSONSchemaProps): boolean =>
  schema["x-kubernetes-preserve-unknown-fields"] === true;

export const isEmbedded = (schema: JSONSchemaProps): boolean => schema["x-kubernetes-embedded-resource"] === true;

export const isIntOrString = (schema: JSONSchemaProps): boolean => schema["x-kubernetes-int-or-string"] === true;

export const propertyOf = (schema: JSONSchemaProps, key: string): JSONSchemaProps | undefined =>
  schema.properties && ownValue(schema.properties, key);

/** What the values of a map are; undefined where any are, or where the object is no map. */
export const valuesOf = ({ additionalProperties }: JSONSchemaProps): JSONSchemaProps | undefined =>
  typeof additionalProperties === "object" ? additionalProperties : undefined;

/** Lists of schemas are refused when the definition is written. */
export const itemsOf = ({ items }: JSONSchemaProps): JSONSchemaProps | undefined =>
  Array.isArray(items) ? undefined : items;

const META_FIELDS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

export const isMetaField = (key: string): boolean => META_FIELDS.has(key);

/** The schema of what stands under a key: its own, or that of all values. */
export const schemaUnder = (schema: JSONSchemaProps | undefined, key: string): JSONSchemaProps | undefined =>
  schema && (propertyOf(schema, key) ?? valuesOf(schema));

const isNullWithoutNeed = (value: JsonValue | undefined, schema: JSONSchemaProps | undefined): boolean =>
  value === null && schema !== undefined && schema.nullable !== true;

/** Fills in the defaults of a schema. Changes the value. */
export function applyDefaults(value: JsonValue | undefined, schema: JSONSchemaProps | undefined): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    for (const [index, item] of value.entries()) {
      if (isNullWithoutNeed(item, items)) value[index] = defaultOf(items) ?? null;
      applyDefaults(value[index], items);
    }
  } else if (isJsonObject(value)) fillFields(value, schema);
}

function fillFields(object: JsonObject, schema: JSONSchemaProps): void {
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const given = ownValue(object, key);
    const isMissing = given === undefined || isNullWithoutNeed(given, property);
    if (property.default !== undefined && isMissing) setKey(object, key, defaultOf(property));
  }
  const values = valuesOf(schema);
  for (const key of Object.keys(object)) {
    const property = propertyOf(schema, key);
    if (!property && isNullWithoutNeed(object[key], values)) setKey(object, key, defaultOf(values) ?? null);
    applyDefaults(object[key], property ?? values);
  }
}

/** Facts of a schema are JSON, whatever their types say. */
const defaultOf = (schema: JSONSchemaProps | undefined): JsonValue | undefined =>
  cloneJson(schema?.default as JsonValue | undefined);

/** The value without nulls where none may be and no default replaces them. */
export function withoutNulls(value: JsonValue, schema: JSONSchemaProps | undefined): JsonValue {
  if (!schema) return value;
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, itemsOf(schema)));
  if (!isJsonObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, child] of Object.entries(value)) {
    const under = schemaUnder(schema, key);
    if (child === undefined || (isNullWithoutNeed(child, under) && under?.default === undefined)) continue;
    setKey(kept, key, withoutNulls(child, under));
  }
  return kept;
}
