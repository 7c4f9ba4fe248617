import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, ownValue, setKey } from "../../lib/json/json-value.ts";
import { mergeField } from "./merge-type.ts";
import type { ValueType } from "./schema.ts";
import {
  DELETE_FROM_PRIMITIVE_LIST,
  goText,
  hasObjectItems,
  indexOfItem,
  inOrder,
  isDeleteDirective,
  mergeKeyValue,
  PATCH,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
  StrategicMergeError,
  withoutDirectives,
} from "./strategic-directives.ts";

/**
 * Applies a strategic merge patch to an object of the named definition, as upstream's strategicpatch does: lists with a
 * merge key merge item by item, and `$patch`, `$retainKeys`, `$setElementOrder/x` and `$deleteFromPrimitiveList/x` direct it.
 * Neither argument is changed; the result shares what the patch does not touch. Throws StrategicMergeError.
 */
export function applyStrategicMerge(definitionName: string, original: JsonObject, patch: JsonObject): JsonObject {
  return merged(original, patch, { ref: definitionName });
}

function merged(original: JsonObject, patch: JsonObject, type: ValueType | undefined): JsonObject {
  if (patch[PATCH] !== undefined) return directed(patch);
  const result = retained(original, patch);
  for (const [key, value = null] of Object.entries(patch)) {
    if (key === RETAIN_KEYS) continue;
    if (key.startsWith(SET_ELEMENT_ORDER)) {
      const target = key.slice(SET_ELEMENT_ORDER.length);
      // A list that the patch also changes is put in order when it is merged.
      if (patch[target] === undefined) reorder(result, target, value, type);
    } else if (key.startsWith(DELETE_FROM_PRIMITIVE_LIST)) {
      deleteScalars(result, key.slice(DELETE_FROM_PRIMITIVE_LIST.length), value);
    } else if (value === null) delete result[key];
    else {
      const change = { key, value, order: patch[SET_ELEMENT_ORDER + key], type };
      const next = mergedValue(ownValue(result, key), change);
      if (next === undefined) delete result[key];
      else setKey(result, key, next);
    }
  }
  return result;
}

function directed(patch: JsonObject): JsonObject {
  const { [PATCH]: directive = null, ...rest } = patch;
  if (directive === "replace") return (withoutDirectives(rest) ?? {}) as JsonObject;
  if (directive === "delete") return {};
  throw new StrategicMergeError("format", `unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);
}

/** A copy of the object without what `$retainKeys` does not list. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch[RETAIN_KEYS];
  if (keys === undefined) return { ...original };
  const isListed = (key: string): boolean => Array.isArray(keys) && keys.includes(key);
  const misfits = Object.entries(patch).some(
    ([key, value]) =>
      value !== null &&
      key !== RETAIN_KEYS &&
      !key.startsWith(SET_ELEMENT_ORDER) &&
      !key.startsWith(DELETE_FROM_PRIMITIVE_LIST) &&
      !isListed(key),
  );
  if (!Array.isArray(keys) || misfits) throw new StrategicMergeError("format", "invalid patch format of retainKeys");
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(original)) if (isListed(key)) setKey(result, key, value);
  return result;
}

interface Change {
  readonly key: string;
  readonly value: JsonValue;
  /** The list's `$setElementOrder`. */
  readonly order: JsonValue | undefined;
  /** Of the object that has the key. */
  readonly type: ValueType | undefined;
}

function mergedValue(original: JsonValue | undefined, { key, value, order, type }: Change): JsonValue | undefined {
  const field = mergeField(type, key);
  if (isJsonObject(original) && isJsonObject(value)) {
    return field.replaces ? value : merged(original, value, field.type);
  }
  if (!Array.isArray(value)) return withoutDirectives(value);
  const items = Array.isArray(original) ? original : [];
  if (order !== undefined) checkOrder(value, order, field.mergeKey);
  if (!Array.isArray(original) || !field.mergesList) {
    const replaced = withoutDirectives(value) as JsonValue[];
    return Array.isArray(order) ? inOrder(replaced, order, items, field.mergeKey) : replaced;
  }
  const result = mergedList(original, value, field.type, field.mergeKey);
  return Array.isArray(order) ? inOrder(result, order, original, field.mergeKey) : result;
}

function mergedList(
  original: readonly JsonValue[],
  patch: readonly JsonValue[],
  type: ValueType | undefined,
  mergeKey: string | undefined,
): JsonValue[] {
  if (!hasObjectItems(original, patch)) {
    const added = patch.filter((item, index) => !original.includes(item) && patch.indexOf(item) === index);
    return inOrder([...new Set(original), ...added], patch, original, undefined);
  }
  if (mergeKey === undefined) {
    throw new StrategicMergeError("format", `cannot merge lists without merge key for ${type?.ref ?? "list"}`);
  }
  const items = patch.filter((item) => !hasDirective(item));
  if (patch.some(isReplaceDirective)) return items.map((item) => withoutDirectives(item) ?? null);
  const kept = withoutDeleted(original, patch, mergeKey);
  const result = [...kept];
  for (const item of items) {
    mergeKeyValue(item, mergeKey);
    const index = indexOfItem(result, item, mergeKey);
    const before = result[index];
    if (isJsonObject(before) && isJsonObject(item)) result[index] = merged(before, item, type);
    else result.push(withoutDirectives(item) ?? null);
  }
  return inOrder(result, items, kept, mergeKey);
}

const hasDirective = (item: JsonValue): boolean => isJsonObject(item) && item[PATCH] !== undefined;
const isReplaceDirective = (item: JsonValue): boolean => isJsonObject(item) && item[PATCH] === "replace";

function withoutDeleted(original: readonly JsonValue[], patch: readonly JsonValue[], mergeKey: string): JsonValue[] {
  let kept = [...original];
  for (const item of patch.filter(hasDirective)) {
    if (!isDeleteDirective(item)) {
      const directive = isJsonObject(item) ? item[PATCH] : undefined;
      const detail =
        directive === "merge"
          ? "merging lists cannot yet be specified in the patch"
          : `unknown patch type: ${goText(directive)} in map: ${goText(item)}`;
      throw new StrategicMergeError("format", detail);
    }
    mergeKeyValue(item, mergeKey);
    kept = kept.filter((each) => indexOfItem([item], each, mergeKey) === -1);
  }
  return kept;
}

function reorder(object: JsonObject, key: string, order: JsonValue, type: ValueType | undefined): void {
  if (!Array.isArray(order)) throw badOrder();
  const list = object[key];
  if (!Array.isArray(list)) return;
  const { mergeKey } = mergeField(type, key);
  object[key] = inOrder(list, order, list, mergeKey);
}

const badOrder = (): StrategicMergeError =>
  new StrategicMergeError("format", "invalid patch format of setElementOrder list");

/** The items of the patch must stand in the order that the patch itself asks for. */
function checkOrder(patch: readonly JsonValue[], order: JsonValue, mergeKey: string | undefined): void {
  if (!Array.isArray(order)) throw badOrder();
  if (order.length === 0) return;
  const items = patch.filter((item) => !hasDirective(item));
  let next = 0;
  for (const item of items) {
    const index = indexOfItem(order.slice(next), item, mergeKey);
    if (index === -1) {
      const [list, wanted] = [goText([...patch]), goText(order)];
      throw new StrategicMergeError(
        "format",
        `The order in patch list:\n${list}\n doesn't match $setElementOrder list:\n${wanted}\n`,
      );
    }
    next += index + 1;
  }
}

function deleteScalars(object: JsonObject, key: string, values: JsonValue): void {
  if (key === "" || !Array.isArray(values)) {
    throw new StrategicMergeError("format", "invalid patch format of primitive list");
  }
  const list = object[key];
  if (Array.isArray(list)) object[key] = list.filter((item) => !values.includes(item));
}
