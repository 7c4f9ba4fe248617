import { isExactInteger } from "../json/exact-integer.ts";

/** What two values cannot be compared for; the message is Go's. */
export class ComparisonError extends Error {
  override readonly name = "ComparisonError";
}

type BasicKind = "string" | "boolean" | "integer" | "float";

function basicKind(value: unknown): BasicKind {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (isExactInteger(value)) return "integer";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "float";
  throw new ComparisonError("invalid type for comparison");
}

/** Equality as templates know it: of two basic values of one kind. */
export function isEqual(left: unknown, right: unknown): boolean {
  checkKinds(left, right);
  return isExactInteger(left) || isExactInteger(right) ? integer(left) === integer(right) : left === right;
}

/** Negative, zero or positive; booleans have no order. */
export function compare(left: unknown, right: unknown): number {
  if (checkKinds(left, right) === "boolean") throw new ComparisonError("invalid type for comparison");
  if (isExactInteger(left) || isExactInteger(right)) return Number(integer(left) - integer(right));
  if (typeof left === "string" && typeof right === "string")
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return Number(left) - Number(right);
}

function checkKinds(left: unknown, right: unknown): BasicKind {
  const kinds = [basicKind(left), basicKind(right)] as const;
  const isNumeric = kinds.every((kind) => kind === "integer" || kind === "float");
  // JSON does not tell 1 from 1.0, so a whole number fits a fraction.
  if (kinds[0] !== kinds[1] && !isNumeric) throw new ComparisonError("incompatible types for comparison");
  return kinds[0];
}

const integer = (value: unknown): bigint => BigInt(isExactInteger(value) ? value.text : Number(value));
