import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, ownValue } from "../../lib/json/json-value.ts";
import { at, child, type FieldErrors } from "../field-errors.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { sorted } from "./pruned.ts";
import { itemsOf, propertyOf, valuesOf } from "./structural.ts";

/** Items of sets, and keys of maps in the form of lists, occur once (apiextensions-apiserver/pkg/apiserver/schema/listtype). */
export function validateLists(value: JsonValue, schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  if (isJsonObject(value)) {
    const values = valuesOf(schema);
    for (const [key, under] of Object.entries(value)) {
      if (under === undefined) continue;
      const property = propertyOf(schema, key);
      if (property) validateLists(under, property, child(path, key), errors);
      else if (values) validateLists(under, values, at(path, key), errors);
    }
  } else if (Array.isArray(value)) {
    if (schema["x-kubernetes-list-type"] === "set") reportRepeated(value, value, path, errors);
    if (schema["x-kubernetes-list-type"] === "map") validateMap(value, schema, path, errors);
    const items = itemsOf(schema);
    if (items) for (const [index, item] of value.entries()) validateLists(item, items, at(path, index), errors);
  }
}

function validateMap(items: readonly JsonValue[], schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  const wrong = items.findIndex((item) => item !== null && !isJsonObject(item));
  if (wrong !== -1) {
    errors.invalid(at(path, wrong), items[wrong], "must be an object for an array of list-type map");
    return;
  }
  const names = schema["x-kubernetes-list-map-keys"] ?? [];
  const keys = items.map((item) => keysOf(isJsonObject(item) ? item : {}, names));
  reportRepeated(keys, keys, path, errors);
}

function keysOf(item: JsonObject, names: readonly string[]): JsonObject {
  const keys: JsonObject = {};
  for (const name of names) {
    const value = ownValue(item, name);
    if (value !== undefined) keys[name] = value;
  }
  return keys;
}

/** Each value that occurs again is told once. */
function reportRepeated(
  values: readonly JsonValue[],
  shown: readonly JsonValue[],
  path: string,
  errors: FieldErrors,
): void {
  const timesSeen = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const text = JSON.stringify(sorted(value));
    const times = (timesSeen.get(text) ?? 0) + 1;
    timesSeen.set(text, times);
    if (times === 2) errors.duplicate(at(path, index), shown[index]);
  }
}
