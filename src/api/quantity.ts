/**
 * Amounts of resources: exact decimal numbers that remember how they were written (upstream's resource.Quantity).
 * Nothing here passes through a double. Smaller fractions than a billionth are rounded up, as upstream does.
 */
import type { Quantity } from "./types/meta-v1.ts";

/** `unscaled` x 10^`scale`. */
export interface Amount {
  readonly unscaled: bigint;
  /** -9 or more. */
  readonly scale: number;
  readonly format: QuantityFormat;
  /** How it was written, when that counts as canonical: kept so that what a user wrote comes back. */
  readonly text?: string;
}

/** `2Gi`, `2G` or `2e9`. */
export type QuantityFormat = "BinarySI" | "DecimalSI" | "DecimalExponent";

/** Thrown for text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  override readonly name = "QuantityError";
}

const FORM = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const FORM_EXPLAINED = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX_EXPLAINED = "unable to parse quantity's suffix";

const DECIMAL_SUFFIXES = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"] as const;
const BINARY_SUFFIXES = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;
const SMALLEST_SCALE = -9;
const LARGEST_SUFFIX_SCALE = 18;
/** Kubernetes takes any exponent and then exhausts its memory at the first sum. */
const LARGEST_EXPONENT = 1000;
/** Binary amounts are capped here. Upstream caps no others. */
const LARGEST_BINARY = 2n ** 63n - 1n;
/** What fits upstream's fast path in 64 bits; what takes it may keep its text. */
const FAST_DECIMAL_DIGITS = 18;
const FAST_BINARY_DIGITS = 14;

export const ZERO: Amount = { unscaled: 0n, scale: 0, format: "DecimalSI" };

/** Reads what the API accepts as a quantity: text, or a number of JSON. */
export function parseQuantity(quantity: Quantity): Amount {
  const text = String(quantity).trim();
  if (text === "0") return ZERO;
  // A sign, a dot or a suffix without any digit is zero: Kubernetes does this too (parseQuantityString).
  const match = text === "" ? null : FORM.exec(text);
  if (!match) throw new QuantityError(FORM_EXPLAINED);
  const [, sign = "", whole = "", fraction = "", suffixText = ""] = match;
  const { format, exponent } = parsedSuffix(suffixText);
  const digits = (whole === "" ? "0" : whole) + fraction;
  const binaryFactor = format === "BinarySI" ? 2n ** BigInt(exponent) : 1n;
  const magnitude = BigInt(digits) * binaryFactor;
  const scale = (format === "BinarySI" ? 0 : exponent) - fraction.length;
  const signed = (value: bigint): bigint => (sign === "-" ? -value : value);

  const isFast =
    format === "BinarySI"
      ? fraction === "" && digits.length + Math.trunc((exponent * 3) / 10) <= FAST_BINARY_DIGITS
      : digits.length <= FAST_DECIMAL_DIGITS && scale >= SMALLEST_SCALE;
  if (isFast) {
    const amount = { unscaled: signed(magnitude), scale, format };
    return keepsText(digits, scale, format) ? { ...amount, text } : amount;
  }
  const rounded = roundedToNano(magnitude, scale);
  if (format !== "BinarySI") return { unscaled: signed(rounded.unscaled), scale: rounded.scale, format };
  const capped =
    compareScaled(rounded, { unscaled: LARGEST_BINARY, scale: 0 }) > 0
      ? { unscaled: LARGEST_BINARY, scale: 0 }
      : rounded;
  const isFraction = capped.unscaled > 0n && compareScaled(capped, { unscaled: 1n, scale: 0 }) < 0;
  return { unscaled: signed(capped.unscaled), scale: capped.scale, format: isFraction ? "DecimalSI" : "BinarySI" };
}

/** The canonical text: no fraction, the largest suffix that keeps the amount exact. */
export function formatQuantity(amount: Amount): string {
  if (amount.text !== undefined) return amount.text;
  const { unscaled, scale } = withoutTrailingZeros(amount);
  if (unscaled === 0n) return "0";
  if (amount.format === "BinarySI" && scale >= 0) {
    const whole = unscaled * 10n ** BigInt(scale);
    if (whole <= -1024n || whole >= 1024n) return binaryText(whole);
  }
  return amount.format === "DecimalExponent" ? exponentText(unscaled, scale) : decimalText(unscaled, scale);
}

/** `1000m` -> `1`, `0.5Gi` -> `512Mi`. */
export const canonicalQuantity = (quantity: Quantity): string => formatQuantity(parseQuantity(quantity));

export function compareQuantities(a: Amount, b: Amount): -1 | 0 | 1 {
  return compareScaled(a, b);
}

export function addQuantities(a: Amount, b: Amount): Amount {
  const scale = Math.min(a.scale, b.scale);
  const format = a.unscaled === 0n ? b.format : a.format;
  return { unscaled: unscaledAt(a, scale) + unscaledAt(b, scale), scale, format };
}

export function subtractQuantities(a: Amount, b: Amount): Amount {
  return addQuantities(a.unscaled === 0n ? { ...a, format: b.format } : a, negated(b));
}

export const maxQuantity = (a: Amount, b: Amount): Amount => (compareScaled(a, b) < 0 ? b : a);

/** In whole units, rounded away from zero. */
export const quantityValue = (amount: Amount): bigint => scaledValue(amount, 0);

/** In thousandths, rounded away from zero: what CPU is counted in. */
export const quantityMilliValue = (amount: Amount): bigint => scaledValue(amount, -3);

export const wholeQuantity = (value: bigint | number, format: QuantityFormat): Amount => ({
  unscaled: BigInt(value),
  scale: 0,
  format,
});

export const milliQuantity = (value: bigint | number, format: QuantityFormat): Amount => ({
  unscaled: BigInt(value),
  scale: -3,
  format,
});

type Scaled = Pick<Amount, "unscaled" | "scale">;

const negated = (amount: Amount): Amount => ({
  unscaled: -amount.unscaled,
  scale: amount.scale,
  format: amount.format,
});

function parsedSuffix(suffix: string): { format: QuantityFormat; exponent: number } {
  const decimal = DECIMAL_SUFFIXES.findIndex((each) => each === suffix);
  if (decimal !== -1) return { format: "DecimalSI", exponent: SMALLEST_SCALE + 3 * decimal };
  const binary = BINARY_SUFFIXES.findIndex((each) => each === suffix);
  if (binary !== -1) return { format: "BinarySI", exponent: 10 * binary };
  const exponent = /^[eE]([-+]?[0-9]+)$/.exec(suffix)?.[1];
  if (exponent === undefined || Math.abs(Number(exponent)) > LARGEST_EXPONENT)
    throw new QuantityError(SUFFIX_EXPLAINED);
  return { format: "DecimalExponent", exponent: Number(exponent) };
}

/** When upstream takes a text for canonical without looking closer: `1.500` stays as it is, `1.5` becomes `1500m`. */
function keepsText(digits: string, scale: number, format: QuantityFormat): boolean {
  if (format === "BinarySI") return (BigInt(digits) & 7n) !== 0n;
  return scale % 3 === 0 && !digits.endsWith("000") && !digits.startsWith("0");
}

function roundedToNano(magnitude: bigint, scale: number): Scaled {
  if (scale >= SMALLEST_SCALE) return { unscaled: magnitude, scale };
  return { unscaled: dividedAwayFromZero(magnitude, 10n ** BigInt(SMALLEST_SCALE - scale)), scale: SMALLEST_SCALE };
}

function dividedAwayFromZero(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (quotient * divisor === value) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

function scaledValue(amount: Scaled, scale: number): bigint {
  if (amount.scale >= scale) return unscaledAt(amount, scale);
  return dividedAwayFromZero(amount.unscaled, 10n ** BigInt(scale - amount.scale));
}

/** `scale` must not be above the amount's own. */
const unscaledAt = (amount: Scaled, scale: number): bigint =>
  amount.scale === scale ? amount.unscaled : amount.unscaled * 10n ** BigInt(amount.scale - scale);

function compareScaled(a: Scaled, b: Scaled): -1 | 0 | 1 {
  const scale = Math.min(a.scale, b.scale);
  const left = unscaledAt(a, scale);
  const right = unscaledAt(b, scale);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function withoutTrailingZeros({ unscaled, scale }: Scaled): Scaled {
  let rest = unscaled;
  let exponent = scale;
  while (rest !== 0n && rest % 10n === 0n) {
    rest /= 10n;
    exponent++;
  }
  return { unscaled: rest, scale: exponent };
}

function binaryText(whole: bigint): string {
  let rest = whole;
  let step = 0;
  while (rest % 1024n === 0n && step < BINARY_SUFFIXES.length - 1) {
    rest /= 1024n;
    step++;
  }
  return `${rest}${BINARY_SUFFIXES[step]}`;
}

function decimalText(unscaled: bigint, scale: number): string {
  // Upstream prints more than 10^18 without any suffix, which is another number.
  const exponent = Math.min(Math.floor(scale / 3) * 3, LARGEST_SUFFIX_SCALE);
  return `${unscaledAt({ unscaled, scale }, exponent)}${DECIMAL_SUFFIXES[(exponent - SMALLEST_SCALE) / 3]}`;
}

function exponentText(unscaled: bigint, scale: number): string {
  const exponent = Math.floor(scale / 3) * 3;
  const mantissa = unscaledAt({ unscaled, scale }, exponent);
  return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
}
