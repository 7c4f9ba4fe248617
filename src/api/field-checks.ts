/** Checks of single values that validations of many kinds share, in upstream's wording. */
import type { FieldErrors } from "./field-errors.ts";
import { NOT_NEGATIVE } from "./meta-validation.ts";
import type { Problems } from "./names.ts";
import { dnsLabelProblems, dnsSubdomainProblems, labelKeyProblems } from "./names.ts";

/** One error for each problem of a value. */
export function checkFormat(value: unknown, problems: Problems, path: string, errors: FieldErrors): void {
  for (const problem of problems) errors.invalid(path, value, problem);
}

/** An absent value is one error, a malformed one others. */
export function checkRequired(
  value: string | undefined,
  problemsOf: (value: string) => Problems,
  path: string,
  errors: FieldErrors,
): void {
  if (!value) errors.required(path, "");
  else checkFormat(value, problemsOf(value), path, errors);
}

export const checkDnsLabel = (value: string, path: string, errors: FieldErrors): void =>
  checkFormat(value, dnsLabelProblems(value), path, errors);

export const checkDnsSubdomain = (value: string, path: string, errors: FieldErrors): void =>
  checkFormat(value, dnsSubdomainProblems(value), path, errors);

export const checkLabelKey = (value: string, path: string, errors: FieldErrors): void =>
  checkFormat(value, labelKeyProblems(value), path, errors);

export function checkSupported(
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void {
  if (value === undefined || !supported.includes(value)) errors.notSupported(path, value ?? "", supported);
}

export function checkRequiredAndSupported(
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void {
  if (!value) errors.required(path, "");
  else checkSupported(value, supported, path, errors);
}

export function checkNotEmpty(value: string | undefined, path: string, errors: FieldErrors): void {
  if (!value) errors.required(path, "");
}

export function checkNotNegative(value: number | undefined, path: string, errors: FieldErrors): void {
  if (value !== undefined && value < 0) errors.invalid(path, value, NOT_NEGATIVE);
}

export function checkPositive(value: number, path: string, errors: FieldErrors): void {
  if (value <= 0) errors.invalid(path, value, "must be greater than zero");
}
