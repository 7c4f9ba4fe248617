import { parseQuantity, compareQuantities, QuantityError } from "../../api/quantity.ts";
import { jsonPathResults } from "../../lib/jsonpath/evaluate-jsonpath.ts";
import { JsonPathError } from "../../lib/jsonpath/jsonpath-node.ts";
import { parseJsonPath } from "../../lib/jsonpath/parse-jsonpath.ts";
import { UserError } from "../../lib/user-error.ts";
import { relaxedPath } from "./jsonpath/relaxed-path.ts";

/** `--sort-by`: things in the order of what the path finds in their objects; those without it come first. */
export function sortedByPath<T>(things: readonly T[], objectOf: (thing: T) => unknown, path: string): readonly T[] {
  const field = relaxedPath(path);
  const segments = parsed(field);
  const keyed = things.map((thing) => ({ thing, found: firstResult(segments, objectOf(thing)) }));
  if (keyed.length > 0 && keyed.every(({ found }) => found === undefined))
    throw new UserError(`couldn't find any field with path ${JSON.stringify(field)} in the list of objects`);
  return keyed.toSorted((left, right) => order(left.found, right.found)).map(({ thing }) => thing);
}

function parsed(field: string) {
  try {
    return parseJsonPath(field);
  } catch (error) {
    if (error instanceof JsonPathError) throw new UserError(`sorting error: ${error.message}`);
    throw error;
  }
}

type Found = { readonly value: unknown } | undefined;

function firstResult(segments: ReturnType<typeof parseJsonPath>, object: unknown): Found {
  try {
    const [first] = jsonPathResults(segments, object, { allowsMissing: true });
    return first !== undefined && first.length > 0 ? { value: first[0] } : undefined;
  } catch (error) {
    if (error instanceof JsonPathError) throw new UserError(error.message);
    throw error;
  }
}

function order(left: Found, right: Found): number {
  if (!left || !right) return Number(left !== undefined) - Number(right !== undefined);
  return valueOrder(left.value, right.value);
}

/** Text that reads as quantities is compared as such: `900m` before `2`. */
function valueOrder(left: unknown, right: unknown): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left !== "string" || typeof right !== "string")
    throw new UserError(`unsortable type: ${Array.isArray(left) ? "[]interface {}" : typeof left}`);
  try {
    return compareQuantities(parseQuantity(left), parseQuantity(right));
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    return left === right ? 0 : left < right ? -1 : 1;
  }
}
