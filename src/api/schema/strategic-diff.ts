import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, jsonEqual, ownValue, setKey } from "../../lib/json/json-value.ts";
import type { MergeField } from "./merge-type.ts";
import { mergeField } from "./merge-type.ts";
import type { ValueType } from "./schema.ts";
import { combined } from "./strategic-combine.ts";
import {
  DELETE_FROM_PRIMITIVE_LIST,
  hasObjectItems,
  indexOfItem,
  isSameItem,
  mergeKeyValue,
  PATCH,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
} from "./strategic-directives.ts";

/** The strategic merge patch that makes `modified` of `original`. */
export function createTwoWayStrategicPatch(
  definitionName: string,
  original: JsonObject,
  modified: JsonObject,
): JsonObject {
  return diff(original, modified, { ref: definitionName }, ALL);
}

/**
 * What `kubectl apply` sends: sets what `modified` says and `current` does not have, deletes what `original` (last applied)
 * had and `modified` dropped, and leaves alone what others have added to `current`.
 */
export function createThreeWayStrategicPatch(
  definitionName: string,
  versions: { readonly original: JsonObject; readonly modified: JsonObject; readonly current: JsonObject },
): JsonObject {
  const { original, modified, current } = versions;
  const type: ValueType = { ref: definitionName };
  const changes = diff(current, modified, type, { ...ALL, deletions: false });
  const deletions = diff(original, modified, type, { ...ALL, changes: false });
  return combined(deletions, changes, type);
}

/** Which differences a patch has. */
interface Scope {
  /** Changed and added values. */
  readonly changes: boolean;
  readonly deletions: boolean;
}

const ALL: Scope = { changes: true, deletions: true };

function diff(original: JsonObject, modified: JsonObject, type: ValueType | undefined, scope: Scope): JsonObject {
  const patch: JsonObject = {};
  for (const [key, value] of Object.entries(modified)) {
    if (value === undefined) continue;
    const before = ownValue(original, key);
    if (isJsonObject(before) && isJsonObject(value)) diffObjects(patch, key, [before, value], type, scope);
    else if (Array.isArray(before) && Array.isArray(value)) diffLists(patch, key, [before, value], type, scope);
    else if (scope.changes && !jsonEqual(before, value)) setKey(patch, key, value);
  }
  if (!scope.deletions) return patch;
  for (const [key, value] of Object.entries(original)) {
    if (value !== undefined && ownValue(modified, key) === undefined) setKey(patch, key, null);
  }
  return patch;
}

function diffObjects(
  patch: JsonObject,
  key: string,
  [before, after]: readonly [JsonObject, JsonObject],
  type: ValueType | undefined,
  scope: Scope,
): void {
  const field = mergeField(type, key);
  if (field.replaces) {
    if (scope.changes && !jsonEqual(before, after)) setKey(patch, key, after);
    return;
  }
  const nested = withRetainedKeys(diff(before, after, field.type, scope), before, after, field);
  if (Object.keys(nested).length > 0) setKey(patch, key, nested);
}

/** Fields of which only one may be set (a volume's source, a deployment's strategy) say which keys stay. */
function withRetainedKeys(patch: JsonObject, before: JsonObject, after: JsonObject, field: MergeField): JsonObject {
  if (!field.retainsKeys) return patch;
  const keys = Object.keys(after).filter((key) => after[key] !== null && after[key] !== undefined);
  const drops = Object.keys(before).some((key) => before[key] !== null && !keys.includes(key));
  return keys.length > 0 && (drops || Object.keys(patch).length > 0)
    ? { ...patch, [RETAIN_KEYS]: keys.toSorted() }
    : patch;
}

function diffLists(
  patch: JsonObject,
  key: string,
  [before, after]: readonly [JsonValue[], JsonValue[]],
  type: ValueType | undefined,
  scope: Scope,
): void {
  const field = mergeField(type, key);
  if (!field.mergesList || before.length === 0) {
    if (scope.changes && !jsonEqual(before, after)) setKey(patch, key, after);
    return;
  }
  const { mergeKey } = field;
  if (hasObjectItems(before, after) && mergeKey !== undefined) {
    diffObjectLists(patch, key, [before, after], { ...field, mergeKey }, scope);
  } else diffScalarLists(patch, key, [before, after], scope);
}

function diffObjectLists(
  patch: JsonObject,
  key: string,
  [before, after]: readonly [JsonValue[], JsonValue[]],
  field: MergeField & { readonly mergeKey: string },
  scope: Scope,
): void {
  const { mergeKey } = field;
  const changed = after.flatMap((item): JsonValue[] => {
    const keyValue = mergeKeyValue(item, mergeKey);
    const old = before[indexOfItem(before, item, mergeKey)];
    if (!isJsonObject(old) || !isJsonObject(item)) return scope.changes ? [item] : [];
    const nested = withRetainedKeys(diff(old, item, field.type, scope), old, item, field);
    return Object.keys(nested).length > 0 ? [{ ...nested, [mergeKey]: keyValue }] : [];
  });
  const deleted = before
    .filter((item) => scope.deletions && indexOfItem(after, item, mergeKey) === -1)
    .map((item): JsonValue => ({ [PATCH]: "delete", [mergeKey]: mergeKeyValue(item, mergeKey) }));
  const items = [...changed, ...deleted];
  if (items.length > 0) patch[key] = items;
  const isReordered =
    before.length !== after.length || before.some((item, index) => !isSameItem(item, after[index] ?? null, mergeKey));
  if (items.length > 0 || (scope.changes && isReordered)) {
    patch[SET_ELEMENT_ORDER + key] = after.map((item) => ({ [mergeKey]: mergeKeyValue(item, mergeKey) }));
  }
}

function diffScalarLists(
  patch: JsonObject,
  key: string,
  [before, after]: readonly [JsonValue[], JsonValue[]],
  scope: Scope,
): void {
  const added = scope.changes ? after.filter((item) => !before.includes(item)) : [];
  const deleted = scope.deletions ? before.filter((item) => !after.includes(item)) : [];
  if (added.length > 0) patch[key] = added;
  if (deleted.length > 0) patch[DELETE_FROM_PRIMITIVE_LIST + key] = [...new Set(deleted)];
  if (deleted.length > 0 || (scope.changes && !jsonEqual(before, after))) patch[SET_ELEMENT_ORDER + key] = after;
}
