/**
 * Integers of JSON beyond 2^53, which a JS number would round. They travel through values as raw JSON text, so
 * JSON.stringify writes them back digit by digit. Smaller integers are plain numbers.
 */
export interface ExactInteger {
  readonly rawJSON: string;
}

/** Not yet in TypeScript's library: https://github.com/tc39/proposal-json-parse-with-source */
const { rawJSON, isRawJSON } = JSON as unknown as {
  readonly rawJSON: (text: string) => ExactInteger;
  readonly isRawJSON: (value: unknown) => value is ExactInteger;
};

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

export const isExactInteger = (value: unknown): value is ExactInteger => isRawJSON(value);

/** What JSON holds for an integer: a number where that is exact. Beyond 64 bits it rounds: Kubernetes does this too. */
export function jsonInteger(value: bigint): number | ExactInteger {
  const rounded = Number(value);
  if (Number.isSafeInteger(rounded) || value < MIN_INT64 || value > MAX_INT64) return rounded;
  return rawJSON(value.toString());
}

/** The integer that a JSON value is, or undefined when it is something else or has a fraction. */
export function integerOf(value: unknown): bigint | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  return isExactInteger(value) ? BigInt(value.rawJSON) : undefined;
}
