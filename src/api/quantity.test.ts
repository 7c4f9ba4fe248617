import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import {
  type Amount,
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  maxQuantity,
  milliQuantity,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  subtractQuantities,
  wholeQuantity,
} from "./quantity.ts";

const CANONICAL: Record<string, string> = {
  "0": "0",
  "0Ki": "0",
  "00": "0",
  "-": "0",
  ".": "0",
  "1": "1",
  "1.": "1.",
  "01": "01",
  "+1": "+1",
  "1000m": "1",
  "1500m": "1500m",
  "1.5": "1500m",
  "1.500": "1.500",
  "0.5": "500m",
  "0.1": "100m",
  "100m": "100m",
  "1.5Gi": "1536Mi",
  "0.5Gi": "512Mi",
  "1Gi": "1Gi",
  "1024Mi": "1Gi",
  "1025Mi": "1025Mi",
  "2048Ki": "2Mi",
  "100.035Ki": "102435840m",
  "0.000000000001Ki": "2n",
  "1000k": "1M",
  "1000000": "1M",
  "1234567": "1234567",
  "1e3": "1e3",
  "1E3": "1E3",
  "10e2": "1e3",
  "0.5e-2": "5e-3",
  "1.2e3": "1200",
  "12E": "12E",
  "1000E": "1000E",
  "3.001n": "4n",
  "-3.001n": "-4n",
  "0.0000000001": "1n",
  "9Ei": "9223372036854775807",
  "-9Ei": "-9223372036854775807",
  "9223372036854775807Ki": "9223372036854775807",
  "9007199254740993": "9007199254740993",
  // No suffix beyond E: the digits stay before it.
  "123456789012345678901234567890": "123456789012345678901234567890",
  "-1Ki": "-1Ki",
  "512": "512",
};

describe("canonicalQuantity", () => {
  for (const [text, canonical] of Object.entries(CANONICAL)) {
    test(`${text} is ${canonical}`, () => expect(canonicalQuantity(text)).toBe(canonical));
  }
  test("reads numbers of JSON and text with white space around it", () => {
    expect(canonicalQuantity(0.5)).toBe("500m");
    expect(canonicalQuantity(2)).toBe("2");
    expect(canonicalQuantity(" 1Gi ")).toBe("1Gi");
  });
});

const WRONG_FORM = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";

for (const [text, message] of Object.entries({
  "": WRONG_FORM,
  "1.1.M": WRONG_FORM,
  "1 M": WRONG_FORM,
  "0x10": WRONG_FORM,
  "1,5": WRONG_FORM,
  "1i": WRONG_SUFFIX,
  "1mm": WRONG_SUFFIX,
  "1Mib": WRONG_FORM,
  "1+5": WRONG_SUFFIX,
  "1e": WRONG_SUFFIX,
  "1em": WRONG_SUFFIX,
  "1e100000": WRONG_SUFFIX,
})) {
  test(`parseQuantity refuses "${text}"`, () => expect(() => parseQuantity(text)).toThrow(message));
}

test("quantityValue and quantityMilliValue round away from zero", () => {
  expect(quantityValue(parseQuantity("1001m"))).toBe(2n);
  expect(quantityValue(parseQuantity("-1001m"))).toBe(-2n);
  expect(quantityValue(parseQuantity("2Gi"))).toBe(2147483648n);
  expect(quantityMilliValue(parseQuantity("1500u"))).toBe(2n);
  expect(quantityMilliValue(parseQuantity("3"))).toBe(3000n);
});

const sumOf = (a: string, b: string): string => formatQuantity(addQuantities(parseQuantity(a), parseQuantity(b)));
const differenceOf = (a: string, b: string): string =>
  formatQuantity(subtractQuantities(parseQuantity(a), parseQuantity(b)));

test("addQuantities and subtractQuantities take the format of the first amount that is not zero", () => {
  expect(sumOf("1Gi", "1G")).toBe("2073741824");
  expect(sumOf("0", "64Mi")).toBe("64Mi");
  expect(sumOf("100m", "0.9")).toBe("1");
  expect(sumOf("1e3", "1")).toBe("1001");
  expect(differenceOf("0", "1Gi")).toBe("-1Gi");
  expect(differenceOf("1Gi", "0")).toBe("1Gi");
  expect(differenceOf("1", "1")).toBe("0");
});

/** Amounts as exact multiples of a billionth, which is what every one of them is. */
const nanoOf = ({ unscaled, scale }: Amount): bigint => unscaled * 10n ** BigInt(scale + 9);
const nano = (text: string): bigint => nanoOf(parseQuantity(text));

const quantityText = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
    fc.constantFrom("", ".5", ".25", ".125", ".0001"),
    fc.constantFrom("n", "u", "m", "", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "e-3", "e2", "E7"),
  )
  .map(([whole, fraction, suffix]) => `${whole}${fraction}${suffix}`)
  .filter((text) => Number.parseFloat(text) === 0 || nano(text) !== 0n);

test("the canonical text is the same amount, and canonical itself", () => {
  fc.assert(
    fc.property(quantityText, (text) => {
      const canonical = canonicalQuantity(text);
      expect(nano(canonical)).toBe(nano(text));
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
});

test("order, sum and difference agree with exact arithmetic", () => {
  fc.assert(
    fc.property(quantityText, quantityText, (left, right) => {
      const a = parseQuantity(left);
      const b = parseQuantity(right);
      const difference = nano(left) - nano(right);
      expect(compareQuantities(a, b)).toBe(difference === 0n ? 0 : difference < 0n ? -1 : 1);
      expect(nanoOf(addQuantities(a, b))).toBe(nano(left) + nano(right));
      expect(nanoOf(subtractQuantities(a, b))).toBe(difference);
      expect(maxQuantity(a, b)).toBe(difference < 0n ? b : a);
    }),
  );
});

test("whole and milli quantities print in their format", () => {
  expect(formatQuantity(wholeQuantity(2 ** 30, "BinarySI"))).toBe("1Gi");
  expect(formatQuantity(wholeQuantity(10n ** 9n, "DecimalSI"))).toBe("1G");
  expect(formatQuantity(milliQuantity(2500, "DecimalSI"))).toBe("2500m");
});
