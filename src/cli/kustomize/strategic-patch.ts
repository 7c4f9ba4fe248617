import {
  cloneJson,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownValue,
  setKey,
} from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import type { MergeSchema } from "./merge-schema.ts";
import { mergedList } from "./merged-list.ts";
import { isScalar, scalarText } from "./scalar-text.ts";

/** What one value has to do with another, when they are merged. */
type Directive = "merge" | "replace" | "delete";
const DIRECTIVE_KEY = "$patch";

/**
 * The object with a strategic merge patch, as kustomize merges (kyaml's merge2), which is not quite as the API server does:
 * new items of lists come first, and of fields that are null in the object the patch leaves those that it does not name.
 * Undefined when the patch deletes the object. Neither argument is changed.
 */
export function strategicallyPatched(
  object: JsonObject,
  patch: JsonObject,
  schema: MergeSchema | undefined,
): JsonObject | undefined {
  const merged = mergedValue(cloneJson(object), cloneJson(patch), schema);
  return isJsonObject(merged) ? merged : undefined;
}

/** Undefined: the field goes. */
function mergedValue(
  dest: JsonValue | undefined,
  source: JsonValue | undefined,
  schema: MergeSchema | undefined,
): JsonValue | undefined {
  // Nobody says anything about it.
  if (source === undefined) return dest;
  const first = dest ?? source;
  if (first === null) return undefined;
  if (isJsonObject(first)) return mergedMap(mapOrNothing(dest), mapOrNothing(source), schema);
  if (Array.isArray(first)) {
    const [left, right] = [listOrNothing(dest), listOrNothing(source)];
    return schema?.mergesList === true ? mergedAssociativeList(left, right, schema) : (right ?? undefined);
  }
  if (isJsonObject(source) || Array.isArray(source)) throw wrongKind("ScalarNode", source);
  return source ?? undefined;
}

function mapOrNothing(value: JsonValue | undefined): JsonObject | null | undefined {
  if (value === undefined || value === null || isJsonObject(value)) return value;
  throw wrongKind("MappingNode", value);
}

function listOrNothing(value: JsonValue | undefined): JsonValue[] | null | undefined {
  if (value === undefined || value === null || Array.isArray(value)) return value;
  throw wrongKind("SequenceNode", value);
}

function wrongKind(expected: string, value: JsonValue): UserError {
  const actual = isJsonObject(value) ? "MappingNode" : Array.isArray(value) ? "SequenceNode" : "ScalarNode";
  return new UserError(`wrong node kind: expected ${expected} but got ${actual}: node contents:\n${yamlText(value)}`);
}

function mergedMap(
  dest: JsonObject | null | undefined,
  source: JsonObject | null | undefined,
  schema: MergeSchema | undefined,
): JsonObject | undefined {
  if (source === null) return undefined;
  const directive = source === undefined ? "merge" : takenFromMap(source);
  if (directive === "delete") return undefined;
  // What is new is merged with itself, so that directives within it are obeyed and its nulls go.
  const base = dest === undefined || dest === null || directive === "replace" ? source : dest;
  if (base === undefined) return undefined;
  const result: JsonObject = {};
  for (const key of new Set([...Object.keys(base), ...Object.keys(source ?? {})])) {
    const [left, right] = [ownValue(base, key), ownValue(source ?? {}, key)];
    const value = mergedValue(left, base === source ? cloneJson(right) : right, schema?.field(key));
    if (value !== undefined) setKey(result, key, value);
  }
  return result;
}

function takenFromMap(patch: JsonObject): Directive {
  const directive = ownValue(patch, DIRECTIVE_KEY);
  if (directive === undefined) return "merge";
  delete patch[DIRECTIVE_KEY];
  return knownDirective(directive);
}

function knownDirective(directive: JsonValue): Directive {
  if (directive === "delete" || directive === "replace" || directive === "merge") return directive;
  throw new UserError(`unknown patch strategy '${isScalar(directive) ? scalarText(directive) : yamlText(directive)}'`);
}

function mergedAssociativeList(
  dest: readonly JsonValue[] | null | undefined,
  source: readonly JsonValue[] | null | undefined,
  schema: MergeSchema,
): JsonValue[] | undefined {
  if (source === null) return undefined;
  const { directive, items } = takenFromList(source ?? []);
  if (dest === undefined || dest === null) return mergedList(items, cloneJson(items), schema, mergedValue);
  if (directive === "delete") return undefined;
  if (directive === "replace") return mergedList(items, cloneJson(items), schema, mergedValue);
  return mergedList(dest, items, schema, mergedValue);
}

/** An item that is nothing but a directive is about the list. */
function takenFromList(list: readonly JsonValue[]): { readonly directive: Directive; readonly items: JsonValue[] } {
  const found = list.find((item) => isJsonObject(item) && ownValue(item, DIRECTIVE_KEY) !== undefined);
  if (!isJsonObject(found) || Object.keys(found).length > 1) return { directive: "merge", items: [...list] };
  const text = found[DIRECTIVE_KEY] ?? null;
  const items = list.filter((item) => !isJsonObject(item) || item[DIRECTIVE_KEY] !== text);
  return { directive: knownDirective(text), items };
}
