import type { JsonValue } from "../../lib/json/json-value.ts";
import type { FieldErrors } from "../field-errors.ts";

/** One thing that is wrong with a value; `add` tells it below a path. */
export interface Finding {
  readonly add: (errors: FieldErrors, parent: string) => void;
}

/** What a schema finds in a value. The count of checks decides which of several alternatives came closest. */
export class ValidationResult {
  readonly findings: Finding[] = [];
  matchCount = 0;

  get isValid(): boolean {
    return this.findings.length === 0;
  }

  merge(other: ValidationResult): void {
    this.findings.push(...other.findings);
    this.matchCount += other.matchCount;
  }

  add(finding: Finding): void {
    this.findings.push(finding);
  }
}

/** Upstream has no path for what is wrong with alternatives as a whole; Go prints that so. */
const NO_PATH = "<nil>";

const pathBelow = (parent: string, path: string): string => {
  const own = path.replace(/^\./, "");
  if (parent === "") return own === "" ? NO_PATH : own;
  return own === "" ? parent : `${parent}.${own}`;
};

/** About the value at a path: `text` is what go-openapi says about it, to follow the path. */
export const invalidValue = (path: string, value: JsonValue, text: string): Finding => ({
  add: (errors, parent) => errors.invalid(pathBelow(parent, path), value, `${path} in body ${text}`),
});

export const invalidType = (path: string, expected: string, actual: string): Finding => ({
  add: (errors, parent) =>
    errors.typeInvalid(
      pathBelow(parent, path),
      actual,
      `${path} in body must be of type ${expected}: ${JSON.stringify(actual)}`,
    ),
});

export const requiredField = (path: string): Finding => ({
  add: (errors, parent) => errors.required(pathBelow(parent, path), ""),
});

export const unsupportedValue = (path: string, value: JsonValue, supported: readonly unknown[]): Finding => ({
  add(errors, parent) {
    const texts = supported.map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
    errors.notSupportedInOrder(pathBelow(parent, path), value, texts);
  },
});

export const tooLong = (path: string, max: number): Finding => ({
  add: (errors, parent) => errors.tooLong(pathBelow(parent, path), max),
});

export const tooMany = (path: string, actual: number, max: number): Finding => ({
  add: (errors, parent) => errors.tooMany(pathBelow(parent, path), actual, max),
});

/** What is not about a certain value: of alternatives, or of numbers that do not fit. */
export const general = (text: string): Finding => ({
  add: (errors, parent) => errors.invalid(parent === "" ? NO_PATH : parent, "", text),
});
