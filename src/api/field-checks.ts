/** Checks of single values that validations of many kinds share, in upstream's wording. */
import { at, type FieldErrors } from "./field-errors.ts";
import { IMMUTABLE, NOT_NEGATIVE } from "./meta-validation.ts";
import type { Problems } from "./names.ts";
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelKeyProblems,
  portNameProblems,
  portNumberProblems,
} from "./names.ts";
import { semanticEqual } from "./semantic-equal.ts";
import type { IntOrString } from "./types/meta-v1.ts";

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

export function checkPositive(value: number | undefined, path: string, errors: FieldErrors): void {
  if (value !== undefined && value <= 0) errors.invalid(path, value, "must be greater than zero");
}

/** A value that may be absent but is else one of a few. */
export function checkOptional(
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void {
  if (value !== undefined) checkSupported(value, supported, path, errors);
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
