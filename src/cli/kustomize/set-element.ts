import { isJsonObject, type JsonObject, type JsonValue, ownValue } from "../../lib/json/json-value.ts";
import { scalarText } from "./scalar-text.ts";

/** By which fields the items of a list are told apart; `[""]` means that the items are scalars. */
export type ElementKeys = readonly string[];

/**
 * Puts an element in the place of those with the same values of the keys, or at the end; without an element, those go. Empty
 * items go in any case. Fewer values than keys count as a match of the rest: kustomize does this too (kyaml, ElementSetter).
 */
export function setElement(
  list: readonly JsonValue[],
  element: JsonValue | undefined,
  keys: ElementKeys,
  values: readonly string[],
): JsonValue[] {
  const result: JsonValue[] = [];
  let isFound = false;
  const isForObjects = (keys[0] ?? "") !== "" && (values[0] ?? "") !== "";
  for (const item of list) {
    if (item === null || (isJsonObject(item) && Object.keys(item).length === 0)) continue;
    if (!isJsonObject(item) && isForObjects) {
      result.push(item);
      continue;
    }
    if (!hasValues(item, keys, values)) {
      if (values.length > 0) result.push(item);
      continue;
    }
    isFound = true;
    if (element !== undefined) result.push(element);
  }
  if (element !== undefined && element !== null && !isFound) result.push(element);
  return result;
}

export const findElement = (
  list: readonly JsonValue[],
  keys: ElementKeys,
  values: readonly string[],
): JsonValue | undefined => list.find((item) => hasValues(item, keys, values));

function hasValues(item: JsonValue, keys: ElementKeys, values: readonly string[]): boolean {
  if ((keys[0] ?? "") === "") return !isJsonObject(item) && scalarText(item) === values[0];
  return (
    isJsonObject(item) && keys.every((key, index) => index >= values.length || hasValue(item, key, values[index] ?? ""))
  );
}

/** An empty value is that of any field that is there. */
function hasValue(item: JsonObject, key: string, value: string): boolean {
  const found = ownValue(item, key);
  return found !== undefined && found !== null && (value === "" || scalarText(found) === value);
}

/** The values of the keys in each item, empty where there is none. */
export const elementValues = (list: readonly JsonValue[], keys: ElementKeys): readonly (readonly string[])[] =>
  list.map((item) =>
    keys.map((key) => {
      if (key === "") return scalarText(item);
      const found = isJsonObject(item) ? ownValue(item, key) : undefined;
      return found === undefined || found === null ? "" : scalarText(found);
    }),
  );
