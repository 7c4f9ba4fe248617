import { checkFormat, checkNotNegative } from "../field-checks.ts";
import type { FieldErrors } from "../field-errors.ts";
import { percentProblems } from "../names.ts";
import type { IntOrString } from "../types/meta-v1.ts";

/** Numbers that may be given as a share of a whole: `3`, `25%` (pkg/apis/apps/validation). */

export function checkIntOrPercent(value: IntOrString, path: string, errors: FieldErrors): void {
  if (typeof value === "number") checkNotNegative(value, path, errors);
  else checkFormat(value, percentProblems(value), path, errors);
}

export function checkAtMost100Percent(value: IntOrString, path: string, errors: FieldErrors): void {
  if ((percentOf(value) ?? 0) > 100) errors.invalid(path, value, "must not be greater than 100%");
}

/** `0` and `0%`, and text that is no number at all. */
export function isNone(value: IntOrString): boolean {
  return (percentOf(value) ?? (Number.parseInt(String(value), 10) || 0)) === 0;
}

function percentOf(value: IntOrString): number | undefined {
  return typeof value === "string" && percentProblems(value).length === 0 ? Number.parseInt(value, 10) : undefined;
}
