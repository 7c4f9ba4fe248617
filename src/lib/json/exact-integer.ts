/** Not yet in TypeScript's library: https://github.com/tc39/proposal-json-parse-with-source */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => object };

/**
 * An integer of JSON beyond 2^53, which a JS number would round; smaller integers are plain numbers. JSON.stringify writes it
 * back digit by digit. It compares and computes like the nearest number, so that code which checks ranges need not know of it.
 * structuredClone makes a plain object of it: use cloneJson.
 */
export class ExactInteger {
  /** All its digits, with the sign. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): object {
    return rawJSON(this.text);
  }

  valueOf(): number {
    return Number(this.text);
  }

  toString(): string {
    return this.text;
  }
}

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

export const isExactInteger = (value: unknown): value is ExactInteger => value instanceof ExactInteger;

/** What JSON holds for an integer: a number where that is exact. Beyond 64 bits it rounds: Kubernetes does this too. */
export function jsonInteger(value: bigint): number | ExactInteger {
  const rounded = Number(value);
  if (Number.isSafeInteger(rounded) || value < MIN_INT64 || value > MAX_INT64) return rounded;
  return new ExactInteger(value.toString());
}

/** The integer that a JSON value is, or undefined when it is something else or has a fraction. */
export function integerOf(value: unknown): bigint | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  return isExactInteger(value) ? BigInt(value.text) : undefined;
}
