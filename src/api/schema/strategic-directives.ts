import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, jsonEqual } from "../../lib/json/json-value.ts";

/** The keys by which a strategic merge patch says more than a value. */
export const PATCH = "$patch";
export const RETAIN_KEYS = "$retainKeys";
export const SET_ELEMENT_ORDER = "$setElementOrder/";
export const DELETE_FROM_PRIMITIVE_LIST = "$deleteFromPrimitiveList/";

/** Why a strategic merge patch cannot be made or applied, in upstream's words. */
export class StrategicMergeError extends Error {
  override readonly name = "StrategicMergeError";
  /** `format`: the patch itself is wrong (400); `unsupported`: 422; `other`: upstream answers 500. */
  readonly problem: "format" | "unsupported";

  constructor(problem: StrategicMergeError["problem"], message: string) {
    super(message);
    this.problem = problem;
  }
}

/** The items of a list that merges: all objects or all scalars. */
export function hasObjectItems(...lists: readonly (readonly JsonValue[])[]): boolean {
  const items = lists.flat();
  if (items.some((item) => Array.isArray(item))) {
    throw new StrategicMergeError("unsupported", "lists of lists are not supported");
  }
  const objects = items.filter(isJsonObject).length;
  if (objects === 0) return false;
  if (objects === items.length) return true;
  throw new StrategicMergeError("format", `list element types are not identical: ${goText(lists.flat())}`);
}

/** An object's merge key; it must have one. */
export function mergeKeyValue(item: JsonValue, mergeKey: string): JsonValue {
  if (!isJsonObject(item)) {
    throw new StrategicMergeError(
      "format",
      `expected a map[string]interface {}, but received a ${typeof item === "number" ? "float64" : typeof item}`,
    );
  }
  const value = item[mergeKey];
  if (value !== undefined) return value;
  throw new StrategicMergeError("format", `map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
}

/** Whether two items of a list stand for the same thing: by their merge key, or scalars by value. */
export function isSameItem(a: JsonValue, b: JsonValue, mergeKey: string | undefined): boolean {
  if (mergeKey === undefined) return jsonEqual(a, b);
  return isJsonObject(a) && isJsonObject(b) && a[mergeKey] !== undefined && jsonEqual(a[mergeKey], b[mergeKey]);
}

export const indexOfItem = (list: readonly JsonValue[], item: JsonValue, mergeKey: string | undefined): number =>
  list.findIndex((each) => isSameItem(each, item, mergeKey));

export const isDeleteDirective = (item: JsonValue): boolean => isJsonObject(item) && item[PATCH] === "delete";

/**
 * Brings the items of a merged list into order: those named in `order` stand as there, the others as in `live`, and each of
 * the others stays in front of what it stood in front of.
 */
export function inOrder(
  items: readonly JsonValue[],
  order: readonly JsonValue[],
  live: readonly JsonValue[],
  mergeKey: string | undefined,
): JsonValue[] {
  const indexIn = (list: readonly JsonValue[]) => (item: JsonValue) => indexOfItem(list, item, mergeKey);
  const named = items.filter((item) => indexIn(order)(item) !== -1);
  const others = items.filter((item) => indexIn(order)(item) === -1);
  const right = sortedBy(named, indexIn(order));
  const left = sortedBy(others, indexIn(live));
  const result: JsonValue[] = [];
  while (left.length > 0 && right.length > 0) {
    const [first = null, second = null] = [left[0], right[0]];
    const [a, b] = [indexIn(live)(first), indexIn(live)(second)];
    const source = a !== -1 && b !== -1 && a < b ? left : right;
    result.push(source.shift() ?? null);
  }
  return [...result, ...left, ...right];
}

const sortedBy = (items: readonly JsonValue[], rank: (item: JsonValue) => number): JsonValue[] =>
  items
    .map((item) => ({ item, rank: rank(item) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);

/** As Go's fmt prints decoded JSON: `map[name:a ports:[80]]`. */
export function goText(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isJsonObject(value)) return typeof value === "object" ? value.text : String(value);
  const entries = Object.keys(value)
    .toSorted()
    .map((key) => `${key}:${goText(value[key])}`);
  return `map[${entries.join(" ")}]`;
}

/** A value that a patch adds: without nulls and without what only directs merging. */
export function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) {
    return value.map(withoutDirectives).filter((item): item is JsonValue => item !== undefined);
  }
  if (!isJsonObject(value)) return value;
  if (value[PATCH] !== undefined) return undefined;
  const result: JsonObject = {};
  for (const [key, child = null] of Object.entries(value)) {
    if (child === null || isDirectiveKey(key)) continue;
    const cleaned = withoutDirectives(child);
    if (cleaned !== undefined) result[key] = cleaned;
  }
  return result;
}

const isDirectiveKey = (key: string): boolean =>
  key === RETAIN_KEYS || key.startsWith(SET_ELEMENT_ORDER) || key.startsWith(DELETE_FROM_PRIMITIVE_LIST);
