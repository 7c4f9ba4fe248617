import { isJsonObject, type JsonValue, ownValue, setKey } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import type { MergeSchema } from "./merge-schema.ts";
import { scalarOfPlainText, scalarText } from "./scalar-text.ts";
import { type ElementKeys, elementValues, findElement, setElement } from "./set-element.ts";

type MergeValues = (
  dest: JsonValue | undefined,
  source: JsonValue | undefined,
  schema: MergeSchema | undefined,
) => JsonValue | undefined;

/** Two lists whose items are told apart by keys, those of the source first. The steps are kyaml's (yaml/walk). */
export function mergedList(
  dest: readonly JsonValue[],
  source: readonly JsonValue[],
  schema: MergeSchema,
  merged: MergeValues,
): JsonValue[] | undefined {
  const keys = schema.mergeKeys.length === 0 ? [""] : schema.mergeKeys;
  const found = distinct([...elementValues(source, keys), ...elementValues(dest, keys)]);
  const valuesList = keys.length > 1 ? withJoined(found) : found;
  let front: JsonValue[] = [];
  let rest: JsonValue[] = [...dest];
  let validKeys: ElementKeys = keys;
  for (const values of valuesList) {
    const valid = validPart(valuesList, values, keys);
    validKeys = valid.keys;
    const own = validPart([valid.values], valid.values, valid.keys);
    const old = findElement(rest, own.keys, own.values);
    const wanted = findElement(source, own.keys, own.values);
    // kustomize puts the old item back in the place of one that replaces it.
    const staysOld = isJsonObject(wanted) && wanted["$patch"] === "replace";
    const value = merged(old, wanted, schema.items);
    if (value === undefined || (isJsonObject(value) && Object.keys(value).length === 0)) {
      rest = setElement(rest, undefined, valid.keys, valid.values);
      continue;
    }
    if (isJsonObject(value)) {
      for (const [index, key] of valid.keys.entries()) {
        const text = valid.values[index] ?? "";
        if (ownValue(value, key) === undefined && text !== "") setKey(value, key, scalarOfPlainText(text));
      }
    }
    if (old !== undefined && !staysOld) rest = rest.map((item) => (item === old ? value : item));
    front = setElement(front, value, valid.keys, valid.values);
  }
  return valuesList.length === 0 ? rest : withAppended(front, rest, validKeys);
}

function distinct(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const seen = new Set<string>();
  return lists.filter((values) => {
    const key = JSON.stringify(values);
    if (values.length === 0 || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Items that agree in one key and contradict each other in none are the same: a port with and without its protocol. */
function withJoined(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const joined = [...lists];
  for (const index of joined.keys()) {
    const left = joined[index] ?? [];
    for (const [other, right] of joined.entries()) {
      const both = joinedValues(left, right);
      if (!both) continue;
      joined[index] = both;
      joined[other] = both;
    }
  }
  return joined;
}

function joinedValues(left: readonly string[], right: readonly string[]): readonly string[] | undefined {
  if (left.length !== right.length) return undefined;
  const isContrary = left.some((value, index) => value !== right[index] && value !== "" && right[index] !== "");
  if (isContrary || !left.some((value, index) => value === right[index])) return undefined;
  return left.map((value, index) => (value === "" ? (right[index] ?? "") : value));
}

interface KeysAndValues {
  readonly keys: ElementKeys;
  readonly values: readonly string[];
}

/** Without the keys that no item has. */
function validPart(lists: readonly (readonly string[])[], values: readonly string[], keys: ElementKeys): KeysAndValues {
  const used = new Set(keys.filter((_, index) => lists.some((each) => (each[index] ?? "") !== "")));
  if (used.size === 0) return { keys, values };
  return {
    keys: keys.filter((key) => used.has(key)),
    values: values.filter((value, index) => value !== "" || used.has(keys[index] ?? "")),
  };
}

function withAppended(list: readonly JsonValue[], items: readonly JsonValue[], keys: ElementKeys): JsonValue[] {
  let result: JsonValue[] = [...list];
  for (const item of items) {
    if (keys[0] === "") {
      result = setElement(result, item, [""], [scalarText(item)]);
      continue;
    }
    if (!isJsonObject(item)) throw new UserError(`wrong node kind: expected MappingNode but got ScalarNode`);
    const values: string[] = [];
    for (const key of keys) {
      const value = ownValue(item, key);
      // As kustomize has it: an item without a key stays, whatever else is like it.
      if (value === undefined) result.push(item);
      else values.push(value === null ? "null" : scalarText(value));
    }
    if (keys.length > 1) result = setElement(result, undefined, keys, values);
    result = setElement(result, item, keys, values);
  }
  return result;
}
