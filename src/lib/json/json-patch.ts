import type { JsonObject, JsonValue } from "./json-value.ts";
import { cloneJson, isJsonObject, jsonEqual, ownValue, setKey } from "./json-value.ts";

/** A JSON patch (RFC 6902) that cannot be read, or that does not apply to a document. */
export class JsonPatchError extends Error {
  override readonly name = "JsonPatchError";
}

/** A test in a patch that does not hold. */
export class JsonPatchTestError extends JsonPatchError {}

export type JsonPatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: JsonValue }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly path: string; readonly from: string };

/** Reads a patch from decoded JSON. Throws JsonPatchError for what is not one. */
export function parseJsonPatch(value: JsonValue): JsonPatchOperation[] {
  if (!Array.isArray(value)) throw new JsonPatchError("a JSON patch must be a list of operations");
  return value.map((operation, index) => {
    if (!isJsonObject(operation)) throw new JsonPatchError(`operation ${index} must be an object`);
    const { op, path, from } = operation;
    if (typeof path !== "string") throw new JsonPatchError(`operation ${index} is missing its path`);
    switch (op) {
      case "add":
      case "replace":
      case "test":
        return { op, path, value: operation["value"] ?? null };
      case "remove":
        return { op, path };
      case "move":
      case "copy":
        if (typeof from !== "string") throw new JsonPatchError(`operation ${index} is missing its from`);
        return { op, path, from };
      default:
        throw new JsonPatchError(`Unexpected kind: ${typeof op === "string" ? op : "unknown"}`);
    }
  });
}

/** The patched document; the argument is not changed. Throws JsonPatchError when an operation does not apply. */
export function applyJsonPatch(document: JsonValue, operations: readonly JsonPatchOperation[]): JsonValue {
  // One copy to work on, under a key, so that the whole document can be replaced like any other value.
  const root: JsonObject = { "": cloneJson(document) };
  const budget: CopyBudget = { copiedBytes: 0 };
  for (const operation of operations) apply(root, operation, budget);
  return root[""] ?? null;
}

interface CopyBudget {
  copiedBytes: number;
}

/** What copies may add in all: a few that copy what was copied would else double a document without end. As upstream. */
const MOST_COPIED_BYTES = 3 * 1024 * 1024;

function apply(root: JsonObject, operation: JsonPatchOperation, budget: CopyBudget): void {
  const { op, path } = operation;
  switch (op) {
    case "add":
      return add(root, op, path, cloneJson(operation.value));
    case "remove":
      return void remove(root, op, path);
    case "replace": {
      const place = placeOf(root, op, path);
      existing(place, op, path);
      return put(place, cloneJson(operation.value));
    }
    case "test": {
      const current = valueAt(placeOf(root, op, path)) ?? null;
      if (!jsonEqual(current, operation.value))
        throw new JsonPatchTestError(`testing value ${path} failed: test failed`);
      return undefined;
    }
    case "move": {
      if (path.startsWith(`${operation.from}/`)) {
        throw new JsonPatchError(`move operation does not apply: "${path}" is inside "${operation.from}"`);
      }
      return add(root, op, path, remove(root, op, operation.from));
    }
    case "copy": {
      const value = existing(placeOf(root, op, operation.from), op, operation.from);
      budget.copiedBytes += Buffer.byteLength(JSON.stringify(value));
      if (budget.copiedBytes > MOST_COPIED_BYTES) {
        throw new JsonPatchError(
          `Unable to complete the copy, the accumulated size increase of copy is ${budget.copiedBytes}, exceeding the limit ${MOST_COPIED_BYTES}`,
        );
      }
      return add(root, op, path, cloneJson(value));
    }
  }
}

type Place =
  | { readonly container: JsonObject; readonly key: string }
  | { readonly container: JsonValue[]; readonly key: string };

/** The container that holds what the pointer names. */
function placeOf(root: JsonObject, op: string, pointer: string): Place {
  if (pointer !== "" && !pointer.startsWith("/")) throw missingPath(op, pointer);
  const keys = pointer.split("/").map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  let container: JsonValue[] | JsonObject = root;
  for (const key of keys.slice(0, -1)) {
    const next: JsonValue | undefined = valueAt({ container, key } as Place);
    if (!Array.isArray(next) && !isJsonObject(next)) throw missingPath(op, pointer);
    container = next;
  }
  return { container, key: keys.at(-1) ?? "" } as Place;
}

const missingPath = (op: string, pointer: string): JsonPatchError =>
  new JsonPatchError(`${op} operation does not apply: doc is missing path: ${JSON.stringify(pointer)}: missing value`);

function valueAt({ container, key }: Place): JsonValue | undefined {
  if (!Array.isArray(container)) return ownValue(container, key);
  return INDEX.test(key) ? container[Number(key)] : undefined;
}

const INDEX = /^(?:0|[1-9]\d*)$/;

function existing(place: Place, op: string, path: string): JsonValue {
  const value = valueAt(place);
  if (value === undefined) throw missingPath(op, path);
  return value;
}

function put({ container, key }: Place, value: JsonValue): void {
  if (Array.isArray(container)) container[Number(key)] = value;
  else setKey(container, key, value);
}

function add(root: JsonObject, op: string, path: string, value: JsonValue): void {
  const place = placeOf(root, op, path);
  if (!Array.isArray(place.container)) return put(place, value);
  const index = place.key === "-" ? place.container.length : INDEX.test(place.key) ? Number(place.key) : Number.NaN;
  if (!(index <= place.container.length)) {
    throw new JsonPatchError(
      `error in ${op} for path: '${path}': Unable to access invalid index: ${place.key}: invalid index referenced`,
    );
  }
  place.container.splice(index, 0, value);
}

function remove(root: JsonObject, op: string, path: string): JsonValue {
  const place = placeOf(root, op, path);
  const value = existing(place, op, path);
  if (Array.isArray(place.container)) place.container.splice(Number(place.key), 1);
  else delete place.container[place.key];
  return value;
}
