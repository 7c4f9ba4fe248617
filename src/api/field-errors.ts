/** Errors of validation, each with the path of its field, in upstream's wording (staging/src/k8s.io/apimachinery/pkg/util/validation/field). */
export interface FieldError {
  /** `spec.containers[0].name`; empty for the whole object. */
  readonly path: string;
  readonly reason: FieldErrorReason;
  /** Without the path. */
  readonly message: string;
}

export type FieldErrorReason =
  | "FieldValueNotFound"
  | "FieldValueRequired"
  | "FieldValueDuplicate"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "InternalError"
  | "FieldValueTypeInvalid";

/** Collects every problem of an object; never stops at the first. */
export class FieldErrors {
  readonly errors: FieldError[] = [];

  get isEmpty(): boolean {
    return this.errors.length === 0;
  }

  required(path: string, detail: string): void {
    this.#add(path, "FieldValueRequired", joined("Required value", detail));
  }

  invalid(path: string, value: unknown, detail: string): void {
    this.#add(path, "FieldValueInvalid", joined(`Invalid value: ${shown(value)}`, detail));
  }

  /** Where upstream does not show the value. */
  invalidWhole(path: string, detail: string): void {
    this.#add(path, "FieldValueInvalid", joined("Invalid value", detail));
  }

  typeInvalid(path: string, value: unknown, detail: string): void {
    this.#add(path, "FieldValueTypeInvalid", joined(`Invalid value: ${shown(value)}`, detail));
  }

  notSupported(path: string, value: unknown, supported: readonly string[]): void {
    this.notSupportedInOrder(path, value, supported.toSorted());
  }

  /** Where upstream lists the supported values by hand instead of from a sorted set. */
  notSupportedInOrder(path: string, value: unknown, supported: readonly string[]): void {
    const list = supported.map((each) => JSON.stringify(each)).join(", ");
    this.#add(
      path,
      "FieldValueNotSupported",
      `Unsupported value: ${shown(value)}${list ? `: supported values: ${list}` : ""}`,
    );
  }

  forbidden(path: string, detail: string): void {
    this.#add(path, "FieldValueForbidden", joined("Forbidden", detail));
  }

  duplicate(path: string, value: unknown, detail = ""): void {
    this.#add(path, "FieldValueDuplicate", joined(`Duplicate value: ${shown(value)}`, detail));
  }

  notFound(path: string, value: unknown, detail = ""): void {
    this.#add(path, "FieldValueNotFound", joined(`Not found: ${shown(value)}`, detail));
  }

  tooLong(path: string, maxBytes: number): void {
    this.#add(path, "FieldValueTooLong", `Too long: may not be more than ${maxBytes} bytes`);
  }

  tooMany(path: string, actual: number, max: number): void {
    this.#add(path, "FieldValueTooMany", `Too many: ${actual}: must have at most ${max} item${max === 1 ? "" : "s"}`);
  }

  internal(path: string, detail: string): void {
    this.#add(path, "InternalError", joined("Internal error", detail));
  }

  #add(path: string, reason: FieldErrorReason, message: string): void {
    this.errors.push({ path, reason, message });
  }
}

/** `spec.containers` + 0 -> `spec.containers[0]`; `metadata.labels` + "a/b" as a key -> `metadata.labels[a/b]`. */
export function at(path: string, index: number | string): string {
  return `${path}[${index}]`;
}

/** `spec` + "name" -> `spec.name`; an empty parent leaves the child alone. */
export function child(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

const joined = (head: string, detail: string): string => (detail === "" ? head : `${head}: ${detail}`);

/** Go prints strings quoted, numbers and booleans bare, and structures as JSON. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return "null";
  return JSON.stringify(value);
}
