import { RE2JS } from "re2js";

import { isJsonObject, type JsonObject, type JsonValue, ownValue, setKey } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import type { Slot } from "./field-spec.ts";
import { yamlValue } from "./read-yaml.ts";
import { isScalar, scalarText } from "./scalar-text.ts";

/** A value that a path leads to, and the way there. */
export interface Match extends Slot {
  readonly path: readonly (string | number)[];
}

/** What is made where a path leads nowhere. */
export type Missing = "scalar" | "map" | "list";

/** The one value of a path of names, indexes and `[name=value]`, or undefined. */
export function valueAtPath(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const part of path.map((each) => each.trim()).filter((each) => each !== "")) {
    if (found === undefined || found === null) return undefined;
    if (/^\d+$/.test(part)) found = listAt(found)[Number(part)];
    else if (part === "-") found = listAt(found).at(-1);
    else if (part === "*") throw new UserError("wildcard is not supported in PathGetter");
    else if (isBracketed(part)) found = elementAt(listAt(found), part);
    else found = ownValue(mapAt(found), part);
  }
  return found;
}

function elementAt(list: readonly JsonValue[], part: string): JsonValue | undefined {
  const { field, value } = bracketed(part);
  return list.find((item) =>
    field === ""
      ? !isJsonObject(item) && scalarText(item) === value
      : isJsonObject(item) && item[field] !== undefined && scalarText(item[field]) === value,
  );
}

const isBracketed = (part: string): boolean => part.startsWith("[") && part.endsWith("]");

function bracketed(part: string): { readonly field: string; readonly value: string } {
  const inner = part.replace(/\]$/, "").replace(/^\[/, "");
  const equals = inner.indexOf("=");
  if (equals < 0) throw new UserError("list path element must contain fieldName=fieldValue for element to match");
  return { field: inner.slice(0, equals), value: inner.slice(equals + 1) };
}

function listAt(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  throw wrongKind("SequenceNode", value);
}

function mapAt(value: JsonValue): JsonObject {
  if (isJsonObject(value)) return value;
  throw wrongKind("MappingNode", value);
}

function wrongKind(expected: string, value: JsonValue): UserError {
  const actual = Array.isArray(value) ? "SequenceNode" : isJsonObject(value) ? "MappingNode" : "ScalarNode";
  return new UserError(`wrong node kind: expected ${expected} but got ${actual}: node contents:\n${yamlText(value)}`);
}

/**
 * Every value that a path leads to: `*` means each item of a list, `[name=pattern]` those that match. With `missing`, what is not
 * there is made in `root`, the last of it of that kind.
 */
export const matchesOf = (root: Match, path: readonly string[], missing: Missing | undefined): readonly Match[] => {
  const [part, ...rest] = path;
  if (part === undefined) return [root];
  if (root.value === null) return [];
  if (/^\d+$/.test(part)) return matchesAtIndex(root, Number(part), rest, missing);
  if (isBracketed(part)) return matchesOfPattern(root, part, rest, missing);
  if (part === "*") return itemsOf(root, listAt(root.value)).flatMap((item) => matchesOf(item, rest, missing));
  return matchesOfField(root, part, rest, missing);
};

const itemsOf = (root: Match, list: JsonValue[]): readonly Match[] =>
  list.map((value, index) => ({
    value,
    path: [...root.path, index],
    set: (next) => void (list[index] = next),
  }));

function matchesAtIndex(
  root: Match,
  index: number,
  rest: readonly string[],
  missing: Missing | undefined,
): readonly Match[] {
  const list = listAt(root.value);
  if (missing && index === list.length) list.push(emptyFor(rest[0], missing));
  const item = itemsOf(root, list)[index];
  if (!item) throw new UserError(`index ${index} specified but only ${list.length} elements found`);
  return matchesOf(item, rest, missing);
}

function matchesOfPattern(
  root: Match,
  part: string,
  rest: readonly string[],
  missing: Missing | undefined,
): readonly Match[] {
  const list = listAt(root.value);
  const { field, value: pattern } = bracketed(part);
  const compiled = RE2JS.compile(pattern);
  const found = itemsOf(root, list).flatMap((item) => {
    if (field === "") return compiled.matcher(scalarText(item.value)).find() ? [item] : [];
    const value = ownValue(mapAt(item.value), field);
    const isMatch = value !== undefined && compiled.matcher(scalarText(value)).find();
    return isMatch ? matchesOf(item, rest, missing) : [];
  });
  if (found.length > 0 || !missing) return found;
  list.push(field === "" ? pattern : { [field]: pattern });
  return matchesOfPattern(root, part, rest, missing);
}

function matchesOfField(
  root: Match,
  name: string,
  rest: readonly string[],
  missing: Missing | undefined,
): readonly Match[] {
  const map = mapAt(root.value);
  const found = ownValue(map, name);
  if (found === undefined && !missing) return [];
  const value = found ?? (found === null || !missing ? null : emptyFor(rest[0], missing));
  if (found === undefined) setKey(map, name, value);
  const match: Match = { value, path: [...root.path, name], set: (next) => setKey(map, name, next) };
  // A text may be YAML or JSON itself; what is found in it stays as it is.
  if (rest.length > 0 && isScalar(value))
    return matchesOf({ ...match, value: yamlValue(scalarText(value)) }, rest, missing);
  return matchesOf(match, rest, missing);
}

function emptyFor(next: string | undefined, missing: Missing): JsonValue {
  if (next !== undefined) return isBracketed(next) || /^\d+$/.test(next) ? [] : {};
  return missing === "map" ? {} : missing === "list" ? [] : null;
}
