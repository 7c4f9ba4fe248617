import type { JsonObject, JsonValue } from "./json-value.ts";
import { isJsonObject, jsonEqual, ownValue, setKey } from "./json-value.ts";

/** JSON merge patch (RFC 7386): objects are merged, null deletes, everything else replaces. Arguments are not changed. */
export function applyMergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete result[key];
    else setKey(result, key, applyMergePatch(ownValue(result, key), value));
  }
  return result;
}

/** The merge patch that makes `modified` of `original`. */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = ownValue(original, key);
    if (isJsonObject(before) && isJsonObject(value)) {
      const nested = createMergePatch(before, value);
      if (Object.keys(nested).length > 0) setKey(patch, key, nested);
    } else if (!jsonEqual(before, value)) setKey(patch, key, value);
  }
  for (const key of Object.keys(original)) if (ownValue(modified, key) === undefined) setKey(patch, key, null);
  return patch;
}

/**
 * What `kubectl apply` sends for kinds without a schema: sets what `modified` says and `current` does not have, deletes what
 * `original` (last applied) had and `modified` dropped.
 */
export function createThreeWayMergePatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const changes = filtered(createMergePatch(current, modified), (value) => value !== null);
  const deletions = filtered(createMergePatch(original, modified), (value) => value === null);
  return merged(deletions, changes);
}

/** Keeps the leaves that pass; an empty object is a leaf, an object that becomes empty goes. */
function filtered(patch: JsonObject, keeps: (leaf: JsonValue) => boolean): JsonObject {
  const result: JsonObject = {};
  for (const [key, value = null] of Object.entries(patch)) {
    if (!isJsonObject(value) || Object.keys(value).length === 0) {
      if (keeps(value)) setKey(result, key, value);
      continue;
    }
    const nested = filtered(value, keeps);
    if (Object.keys(nested).length > 0) setKey(result, key, nested);
  }
  return result;
}

/** Both patches in one; the second wins. */
function merged(first: JsonObject, second: JsonObject): JsonObject {
  const result: JsonObject = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = ownValue(first, key);
    setKey(result, key, isJsonObject(before) && isJsonObject(value) ? merged(before, value) : value);
  }
  return result;
}
