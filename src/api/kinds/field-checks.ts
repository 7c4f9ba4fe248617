import { at, type FieldErrors } from "../field-errors.ts";
import { IMMUTABLE, NOT_NEGATIVE } from "../meta-validation.ts";
import { portNameProblems, portNumberProblems, rangeProblems, type Problems } from "../names.ts";
import { semanticEqual } from "../semantic-equal.ts";
import type { IntOrString } from "../types/meta-v1.ts";

/** Checks that many kinds make of single fields, in upstream's wording. */

/** Reports every problem of a value. */
export function checkFormat(value: unknown, problems: Problems, path: string, errors: FieldErrors): void {
  for (const problem of problems) errors.invalid(path, value, problem);
}

/** A field that must be there and one of a few. */
export function checkRequiredEnum(
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void {
  if (!value) errors.required(path, "");
  else checkEnum(value, supported, path, errors);
}

/** A field that may be absent, but is else one of a few. */
export function checkEnum(
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void {
  if (value !== undefined && !supported.includes(value)) errors.notSupported(path, value, supported);
}

export function checkNotNegative(value: number | undefined, path: string, errors: FieldErrors): void {
  if (value !== undefined && value < 0) errors.invalid(path, value, NOT_NEGATIVE);
}

export function checkPositive(value: number | undefined, path: string, errors: FieldErrors): void {
  if (value !== undefined && value <= 0) errors.invalid(path, value, "must be greater than zero");
}

export function checkRange(
  value: number | undefined,
  [min, max]: readonly [number, number],
  path: string,
  errors: FieldErrors,
): void {
  if (value !== undefined) checkFormat(value, rangeProblems(value, min, max), path, errors);
}

export function checkImmutable(value: unknown, old: unknown, path: string, errors: FieldErrors): void {
  if (!semanticEqual(value, old)) errors.invalid(path, value, IMMUTABLE);
}

/** Reports values that stand in a list before. */
export function checkUnique(values: readonly unknown[], path: string, errors: FieldErrors): void {
  const seen = new Set<unknown>();
  values.forEach((value, index) => {
    if (seen.has(value)) errors.duplicate(at(path, index), value);
    seen.add(value);
  });
}

export function checkPort(port: IntOrString, path: string, errors: FieldErrors): void {
  checkFormat(port, typeof port === "number" ? portNumberProblems(port) : portNameProblems(port), path, errors);
}

export const PORT_PROTOCOLS = ["SCTP", "TCP", "UDP"] as const;
