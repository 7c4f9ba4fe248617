/** What an evaluation costs (cel-go's interpreter/runtimecost.go). */
import { codePointCount } from "./text-size.ts";
import { ListValue, MapValue, OpaqueValue, Optional, type Value } from "./values.ts";

export const SELECT_COST = 1;
export const LIST_COST = 10;
export const MAP_COST = 30;
export const STRUCT_COST = 40;
export const STRING_FACTOR = 0.1;
export const REGEX_FACTOR = 0.25;

/** An evaluation that is not worth its result. No operator absorbs it. */
export class CostExceeded extends Error {
  override readonly name = "CostExceeded";

  constructor() {
    super("operation cancelled: actual cost limit exceeded");
  }
}

/** How much there is of a value; 1 for what has no size. */
export function costSize(value: Value): number {
  if (typeof value === "string") return codePointCount(value);
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof ListValue || value instanceof MapValue) return value.size;
  if (value instanceof Optional && value.value !== undefined) return costSize(value.value);
  return value instanceof OpaqueValue ? value.costSize() : 1;
}

export const traversalOf = (size: number, factor = STRING_FACTOR): number => Math.ceil(size * factor);

const SAME_SIZE_OVERLOADS: ReadonlySet<string> = new Set([
  ...["less", "greater", "less_equals", "greater_equals"].flatMap((name) => [`${name}_string`, `${name}_bytes`]),
  "equals",
  "not_equals",
]);

const FIRST_ARGUMENT_OVERLOADS: ReadonlySet<string> = new Set([
  "starts_with_string",
  "ends_with_string",
  "string_to_bytes",
  "bytes_to_string",
  "strings_quote",
  "string_format",
]);

/** The cost of a call where no library says otherwise. */
export function standardCallCost(overloadId: string, args: readonly Value[]): number {
  const size = (index: number): number => costSize(args[index] ?? null);
  if (FIRST_ARGUMENT_OVERLOADS.has(overloadId)) return traversalOf(size(0));
  if (SAME_SIZE_OVERLOADS.has(overloadId)) return traversalOf(Math.min(size(0), size(1)));
  switch (overloadId) {
    case "in_list":
      return size(1);
    case "add_string":
    case "add_bytes":
      return traversalOf(size(0) + size(1));
    case "matches_string":
      return traversalOf(1 + size(0)) * traversalOf(size(1), REGEX_FACTOR);
    case "contains_string":
      return traversalOf(size(0)) * traversalOf(size(1));
    default:
      return 1;
  }
}
