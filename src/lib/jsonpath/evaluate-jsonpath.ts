import { compare, isEqual } from "../go/go-compare.ts";
import { goText } from "../go/go-text.ts";
import { isExactInteger } from "../json/exact-integer.ts";
import { byteOrder } from "../json/json-text.ts";
import { isJsonObject } from "../json/json-value.ts";
import { type Filter, JsonPathError, type Segment, type Slice, type Step } from "./jsonpath-node.ts";

export interface JsonPathOptions {
  /** A key that is not there is no error but nothing. */
  readonly allowsMissing: boolean;
}

/** The values each path of a template finds, one list per path. */
export function jsonPathResults(
  template: readonly Segment[],
  root: unknown,
  options: JsonPathOptions,
): readonly (readonly unknown[])[] {
  return template.flatMap((segment) => {
    const steps = segment.type === "path" ? segment.steps : segment.over;
    const found = walk([root], steps, options);
    if (segment.type === "path") return [found];
    return found.flatMap((value) => jsonPathResults(segment.body, value, options));
  });
}

/** The values that a chain of steps leads to. */
function walk(values: readonly unknown[], steps: readonly Step[], options: JsonPathOptions): readonly unknown[] {
  let current = values;
  for (const step of steps) current = stepped(current, step, options);
  return current;
}

function stepped(values: readonly unknown[], step: Step, options: JsonPathOptions): readonly unknown[] {
  switch (step.type) {
    case "text":
      return [step.text];
    case "field":
      return fields(values, step.name, options);
    case "wildcard":
      return values.flatMap(children);
    case "recursive":
      return values.flatMap(descendants);
    case "number":
    case "boolean":
      return values.map(() => step.value);
    case "slice":
      return values.flatMap((value) => slice(value, step.slice));
    case "union":
      return step.members.flatMap((member) => walk(values, member, options));
    case "filter":
      return values.flatMap((value) => filtered(value, step.filter, options));
    case "identifier":
      throw new JsonPathError(
        step.name === "end" ? "not in range, nothing to end" : `unrecognized identifier ${step.name}`,
      );
  }
}

function fields(values: readonly unknown[], name: string, { allowsMissing }: JsonPathOptions): readonly unknown[] {
  if (values.length === 0) return [];
  const found = values.flatMap((value) =>
    isJsonObject(value) && Object.hasOwn(value, name) && value[name] !== undefined ? [value[name]] : [],
  );
  if (found.length === 0 && !allowsMissing) throw new JsonPathError(`${name} is not found`);
  return found;
}

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  // Go looks at the bytes of a string.
  if (typeof value === "string") return [...Buffer.from(value)];
  if (!isJsonObject(value)) return [];
  const keys = Object.keys(value).toSorted(byteOrder);
  return keys.map((key) => value[key]);
}

/** The value and all values in it that have something in them. */
function descendants(value: unknown): readonly unknown[] {
  const inner = children(value);
  if (inner.length === 0) return [];
  return [value, ...(typeof value === "string" ? [] : inner.flatMap(descendants))];
}

function slice(value: unknown, { start, end, step, isIndex }: Slice): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new JsonPathError(`${goTypeName(value)} is not array or slice`);
  const { length } = value;
  const first = start ?? 0;
  const from = first < 0 ? first + length : first;
  const last = isIndex ? first + 1 : (end ?? length);
  // The element behind the last one is at the length: [-1] must not end at 0.
  const to = last < 0 || (isIndex && last === 0) ? last + length : last;
  if (from === to) return [];
  const outOfBounds = (index: number): JsonPathError =>
    new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);
  if (from >= length || from < 0) throw outOfBounds(from);
  if (to > length || to < 0) throw outOfBounds(to - 1);
  if (from > to) throw new JsonPathError(`starting index ${from} is greater than ending index ${to}`);
  if (step !== undefined && step <= 0) throw new JsonPathError("step must be > 0");
  return value.slice(from, to).filter((_, index) => index % (step ?? 1) === 0);
}

function goTypeName(value: unknown): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" || isExactInteger(value)) return Number.isInteger(value) ? "int64" : "float64";
  return "map[string]interface {}";
}

function filtered(value: unknown, filter: Filter, options: JsonPathOptions): readonly unknown[] {
  if (!Array.isArray(value))
    throw new JsonPathError(`${value === null ? "<nil>" : goText(value)} is not array or slice and cannot be filtered`);
  return value.filter((item) => (filter.operator === "exists" ? exists(item, filter) : holds(item, filter, options)));
}

/** What cannot be followed does not exist. */
function exists(item: unknown, { left }: Filter): boolean {
  try {
    return walk([item], left, { allowsMissing: true }).length > 0;
  } catch (error) {
    if (error instanceof JsonPathError) return false;
    throw error;
  }
}

function holds(item: unknown, { left, operator, right }: Filter, options: JsonPathOptions): boolean {
  const lefts = walk([item], left, options);
  if (lefts.length === 0) return false;
  if (lefts.length > 1) throw new JsonPathError("can only compare one element at a time");
  const rights = walk([item], right, options);
  if (rights.length === 0) return false;
  if (rights.length > 1) throw new JsonPathError("can only compare one element at a time");
  return compared(lefts[0], operator, rights[0]);
}

function compared(left: unknown, operator: string, right: unknown): boolean {
  switch (operator) {
    case "==":
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "<":
      return compare(left, right) < 0;
    case "<=":
      return compare(left, right) <= 0;
    case ">":
      return compare(left, right) > 0;
    case ">=":
      return compare(left, right) >= 0;
    default:
      throw new JsonPathError(`unrecognized filter operator ${operator}`);
  }
}
