import { checkNotNegative } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import type { JobSpec, SuccessPolicyRule } from "../../types/batch-v1.ts";

const MAX_RULES = 20;
const MAX_INDEXES_BYTES = 64 * 1024;

export function validateSuccessPolicy(spec: JobSpec, path: string, errors: FieldErrors): void {
  const rules = spec.successPolicy?.rules ?? [];
  if (rules.length === 0) {
    errors.required(path, "at least one rules must be specified when the successPolicy is specified");
  }
  if (rules.length > MAX_RULES) errors.tooMany(path, rules.length, MAX_RULES);
  rules.forEach((rule, index) => validateRule(rule, spec.completions ?? 0, at(path, index), errors));
}

function validateRule(rule: SuccessPolicyRule, completions: number, path: string, errors: FieldErrors): void {
  const { succeededCount, succeededIndexes } = rule;
  if (succeededCount === undefined && succeededIndexes === undefined) {
    errors.required(path, "at least one of succeededCount or succeededIndexes must be specified");
  }
  const indexes = succeededIndexes === undefined ? undefined : countIndexes(succeededIndexes, completions);
  if (succeededIndexes !== undefined) {
    const indexesPath = child(path, "succeededIndexes");
    if (Buffer.byteLength(succeededIndexes) > MAX_INDEXES_BYTES) errors.tooLong(indexesPath, MAX_INDEXES_BYTES);
    if (typeof indexes === "string") {
      errors.invalid(indexesPath, succeededIndexes, `error parsing succeededIndexes: ${indexes}`);
    }
  }
  if (succeededCount === undefined) return;
  const countPath = child(path, "succeededCount");
  checkNotNegative(succeededCount, countPath, errors);
  if (succeededCount > completions) {
    const detail = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.invalid(countPath, succeededCount, detail);
  }
  const available = typeof indexes === "number" ? indexes : 0;
  if (indexes !== undefined && succeededCount > available) {
    const detail = `must be less than or equal to ${available} (the number of indexes in the specified succeededIndexes field)`;
    errors.invalid(countPath, succeededCount, detail);
  }
}

/** How many indexes `1,3-5,7` names, or what is wrong with it. */
function countIndexes(text: string, completions: number): number | string {
  if (text === "") return 0;
  let last: number | undefined;
  let total = 0;
  for (const interval of text.split(",")) {
    const parts = interval.split("-");
    if (parts.length > 2) {
      return `the fragment ${JSON.stringify(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    }
    const numbers: number[] = [];
    for (const part of parts) {
      if (!/^[+-]?\d+$/.test(part)) return `cannot convert string to integer for index: ${JSON.stringify(part)}`;
      if (Number(part) >= completions) return `too large index: ${JSON.stringify(part)}`;
      numbers.push(Number(part));
    }
    const [first = 0, end = first] = numbers;
    if (parts.length === 2 && first >= end) return notIncreasing(first, end);
    if (last !== undefined && last >= first) return notIncreasing(last, first);
    total += end - first + 1;
    last = end;
  }
  return total;
}

const notIncreasing = (previous: number, current: number): string =>
  `non-increasing order, previous: ${previous}, current: ${current}`;
