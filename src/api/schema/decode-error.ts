import { isExactInteger } from "../../lib/json/exact-integer.ts";
import { goKindOf } from "./go-type.ts";

/** A value that does not fit its type. The message is upstream's, to follow `cannot be handled as a Pod: `. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}

/** A field, a list's position, a map's key. */
type Step = string | number | { readonly mapKey: string };

/** Where the decoder is, for messages: Go names the innermost struct and the path without positions and map keys. */
export class Place {
  /** From the top. */
  readonly path: Step[] = [];
  /** Paths of fields that the type does not have. */
  readonly unknown: string[] = [];
  struct = "";

  mismatch(value: unknown, goType: string): DecodeError {
    const fields = this.path.filter((step) => typeof step === "string").join(".");
    const target = fields === "" ? "Go value" : `Go struct field ${this.struct}.${fields}`;
    return new DecodeError(`json: cannot unmarshal ${goKindOf(value)} into ${target} of type ${goType}`);
  }

  /** `spec.containers[0].name`. */
  pathOf(key: string): string {
    let text = "";
    for (const step of this.path) {
      if (typeof step === "number") text += `[${step}]`;
      else {
        const name = typeof step === "string" ? step : step.mapKey;
        text += text === "" ? name : `.${name}`;
      }
    }
    return text === "" ? key : `${text}.${key}`;
  }
}

/** Numbers that do not fit an integer type are shown themselves. */
export function numberText(value: unknown): string {
  return isExactInteger(value) ? value.text : String(value);
}
