import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, setKey } from "../../lib/json/json-value.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { isEmbedded, isMetaField, itemsOf, preservesUnknown, propertyOf, valuesOf } from "./structural.ts";

/**
 * A copy of a custom resource without what its schema does not know, with keys in order. `unknown` is told the paths of what is
 * left out. Upstream's pruning (apiextensions-apiserver/pkg/apiserver/schema/pruning).
 */
export function pruned(value: JsonObject, schema: JSONSchemaProps | undefined, unknown: string[]): JsonObject {
  // The object itself has the fields that every object has.
  const root: JSONSchemaProps = { ...schema, "x-kubernetes-embedded-resource": true };
  // Objects stay objects.
  return kept(value, root, "", unknown) as JsonObject;
}

/** The same for a part of an object. */
export const prunedValue = (value: JsonValue, schema: JSONSchemaProps): JsonValue => kept(value, schema, "", []);

function kept(value: JsonValue, schema: JSONSchemaProps | undefined, path: string, unknown: string[]): JsonValue {
  if (schema && preservesUnknown(schema)) return preserved(value, schema, path, unknown);
  if (Array.isArray(value)) {
    const items = schema && itemsOf(schema);
    return value.map((item, index) => kept(item, items, `${path}[${index}]`, unknown));
  }
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value).toSorted()) {
    const child = value[key];
    if (child === undefined) continue;
    const childPath = path === "" ? key : `${path}.${key}`;
    if (schema && isEmbedded(schema) && isMetaField(key)) {
      setKey(result, key, sorted(child));
      continue;
    }
    const property = schema && propertyOf(schema, key);
    if (property) setKey(result, key, kept(child, property, childPath, unknown));
    else if (schema?.additionalProperties !== undefined) {
      setKey(result, key, kept(child, valuesOf(schema), childPath, unknown));
    } else unknown.push(childPath);
  }
  return result;
}

/** Everything stays here, but what is specified below may be strict again. */
function preserved(value: JsonValue, schema: JSONSchemaProps, path: string, unknown: string[]): JsonValue {
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    return value.map((item, index) => (items ? preserved(item, items, `${path}[${index}]`, unknown) : sorted(item)));
  }
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value).toSorted()) {
    const child = value[key];
    if (child === undefined) continue;
    const childPath = path === "" ? key : `${path}.${key}`;
    const property = propertyOf(schema, key);
    const isMeta = isEmbedded(schema) && isMetaField(key);
    const isKnown = !isMeta && (property !== undefined || schema.additionalProperties !== undefined);
    setKey(result, key, isKnown ? kept(child, property ?? valuesOf(schema), childPath, unknown) : sorted(child));
  }
  return result;
}

/** A copy with keys in order: equal objects have equal bytes. */
export function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value).toSorted()) {
    const child = value[key];
    if (child !== undefined) setKey(result, key, sorted(child));
  }
  return result;
}
