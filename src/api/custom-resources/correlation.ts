import type { JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, jsonEqual, ownValue } from "../../lib/json/json-value.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { itemsOf, schemaUnder } from "./structural.ts";

/**
 * A value with the one it replaces, as long as it is certain which that is: what did not change may stay although newer rules
 * would refuse it (KEP-4008).
 */
export interface Correlated {
  readonly value: JsonValue;
  readonly old: JsonValue;
  readonly schema: JSONSchemaProps;
}

export const isUnchanged = (correlated: Correlated | undefined): boolean =>
  correlated !== undefined && jsonEqual(correlated.value, correlated.old);

/** The value under a key; objects that are replaced as a whole have no parts to compare. */
export function correlatedKey(correlated: Correlated | undefined, key: string): Correlated | undefined {
  if (!correlated) return undefined;
  const { value, old, schema } = correlated;
  if (!isJsonObject(value) || !isJsonObject(old) || schema["x-kubernetes-map-type"] === "atomic") return undefined;
  const child = ownValue(value, key);
  const oldChild = ownValue(old, key);
  const childSchema = schemaUnder(schema, key);
  if (child === undefined || oldChild === undefined || !childSchema) return undefined;
  return { value: child, old: oldChild, schema: childSchema };
}

/** The item at a place of a list whose items have keys. */
export function correlatedItem(correlated: Correlated | undefined, index: number): Correlated | undefined {
  if (!correlated) return undefined;
  const { value, old, schema } = correlated;
  const items = itemsOf(schema);
  const keys = schema["x-kubernetes-list-map-keys"];
  if (!Array.isArray(value) || !Array.isArray(old) || !items) return undefined;
  if (schema["x-kubernetes-list-type"] !== "map" || !keys) return undefined;
  const item = value[index];
  if (!isJsonObject(item)) return undefined;
  const oldItem = old.find(
    (each) => isJsonObject(each) && keys.every((key) => jsonEqual(ownValue(each, key), ownValue(item, key))),
  );
  return oldItem === undefined ? undefined : { value: item, old: oldItem, schema: items };
}
