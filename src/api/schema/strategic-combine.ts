import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, jsonEqual, ownValue, setKey } from "../../lib/json/json-value.ts";
import { mergeField } from "./merge-type.ts";
import type { ValueType } from "./schema.ts";
import {
  goText,
  indexOfItem,
  inOrder,
  isDeleteDirective,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
  StrategicMergeError,
} from "./strategic-directives.ts";

/** One strategic merge patch that deletes what the first deletes and sets what the second sets. */
export function combined(deletions: JsonObject, changes: JsonObject, type: ValueType | undefined): JsonObject {
  const result: JsonObject = { ...deletions };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    const before = ownValue(deletions, key);
    const field = mergeField(type, key);
    if (key === RETAIN_KEYS || key.startsWith(SET_ELEMENT_ORDER)) setKey(result, key, agreed(key, before, value));
    else if (isJsonObject(before) && isJsonObject(value) && !field.replaces) {
      setKey(result, key, combined(before, value, field.type));
    } else if (Array.isArray(before) && Array.isArray(value) && field.mergesList && field.mergeKey !== undefined) {
      const order = changes[SET_ELEMENT_ORDER + key] ?? deletions[SET_ELEMENT_ORDER + key];
      setKey(result, key, combinedList([before, value], field.type, field.mergeKey, order));
    } else setKey(result, key, value);
  }
  return result;
}

/** Both patches lead to the same object, so both say the same of its keys and its order. */
function agreed(key: string, before: JsonValue | undefined, value: JsonValue): JsonValue {
  if (before === undefined || jsonEqual(before, value)) return value;
  throw new StrategicMergeError(
    "format",
    key === RETAIN_KEYS
      ? `${goText(before)} and ${goText(value)} are not deep equal: this may happen when calculating the 3-way diff patch`
      : "invalid patch format of setElementOrder list",
  );
}

function combinedList(
  [deletions, changes]: readonly [JsonValue[], JsonValue[]],
  type: ValueType | undefined,
  mergeKey: string,
  order: JsonValue | undefined,
): JsonValue[] {
  const result = [...deletions];
  for (const item of changes) {
    const index = indexOfItem(result, item, mergeKey);
    const before = result[index];
    if (isJsonObject(before) && isJsonObject(item)) result[index] = combined(before, item, type);
    else result.push(item);
  }
  // The items that delete stand last: the order lists only what stays.
  const kept = result.filter((item) => !isDeleteDirective(item));
  const ordered = Array.isArray(order) ? inOrder(kept, order, kept, mergeKey) : kept;
  return [...ordered, ...result.filter(isDeleteDirective)];
}
