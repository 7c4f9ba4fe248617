import { integerOf, isExactInteger, type ExactInteger } from "../../lib/json/exact-integer.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { general, invalidValue, type ValidationResult } from "./validation-result.ts";

const LIMITS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** Range and step of a number. */
export function validateNumber(
  value: number | ExactInteger,
  schema: JSONSchemaProps,
  path: string,
  result: ValidationResult,
): void {
  const { type, format = "", multipleOf, maximum, minimum } = schema;
  if (type === "integer" && !isInRange(value, format)) {
    const kind = format === "int32" || format === "int64" ? `with format ${format}` : "(default format)";
    result.add(general(`Checked value must be of type integer ${kind} in ${path}`));
  }
  if (type === "number" && format === "float" && Math.abs(asNumber(value)) > MAX_FLOAT) {
    result.add(general(`Checked value must be of type number with format float in ${path}`));
  }
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    result.add(invalidValue(path, value, `should be a multiple of ${multipleOf}`));
  }
  if (maximum !== undefined && isAbove(value, maximum, schema.exclusiveMaximum)) {
    const relation = schema.exclusiveMaximum ? "less than" : "less than or equal to";
    result.add(invalidValue(path, value, `should be ${relation} ${maximum}`));
  }
  if (minimum !== undefined && isBelow(value, minimum, schema.exclusiveMinimum)) {
    const relation = schema.exclusiveMinimum ? "greater than" : "greater than or equal to";
    result.add(invalidValue(path, value, `should be ${relation} ${minimum}`));
  }
}

const MAX_FLOAT = 3.402_823_466_385_288_6e38;

const asNumber = (value: number | ExactInteger): number => (isExactInteger(value) ? Number(value.text) : value);

function isInRange(value: number | ExactInteger, format: string): boolean {
  const integer = integerOf(value);
  const [low, high] = LIMITS[format === "int32" ? "int32" : "int64"] ?? [0n, 0n];
  return integer === undefined || (integer >= low && integer <= high);
}

/** Integers are compared as integers: beyond 2^53 a double would not tell neighbours apart. */
function compared(value: number | ExactInteger, limit: number): number {
  const integer = integerOf(value);
  if (integer !== undefined && Number.isInteger(limit)) {
    const other = BigInt(limit);
    return integer < other ? -1 : integer > other ? 1 : 0;
  }
  return asNumber(value) - limit;
}

function isAbove(value: number | ExactInteger, limit: number, isExclusive: boolean | undefined): boolean {
  const difference = compared(value, limit);
  return isExclusive ? difference >= 0 : difference > 0;
}

function isBelow(value: number | ExactInteger, limit: number, isExclusive: boolean | undefined): boolean {
  const difference = compared(value, limit);
  return isExclusive ? difference <= 0 : difference < 0;
}

function isMultiple(value: number | ExactInteger, factor: number): boolean {
  const integer = integerOf(value);
  if (integer !== undefined && Number.isInteger(factor) && factor !== 0) return integer % BigInt(factor) === 0n;
  const quotient = factor < 1 ? (1 / factor) * asNumber(value) : asNumber(value) / factor;
  return Number.isInteger(quotient);
}
