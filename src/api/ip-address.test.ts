import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { FieldErrors } from "./field-errors.ts";
import {
  formatIp,
  formatIpRange,
  maskedRange,
  parseIp,
  parseIpRange,
  validateCanonicalIp,
  validateIp,
  validateIpRange,
} from "./ip-address.ts";

const canonicalIp = (text: string): string | undefined => {
  const address = parseIp(text);
  return address && formatIp(address);
};

test.each([
  ["10.9.8.7", "10.9.8.7"],
  ["0.0.0.0", "0.0.0.0"],
  ["255.255.255.255", "255.255.255.255"],
  ["2001:DB8:0:0:0:0:0:ffff", "2001:db8::ffff"],
  ["::", "::"],
  ["::1", "::1"],
  ["1::", "1::"],
  ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
  ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
  ["::ffff:1.2.3.4", "::ffff:102:304"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ["1.2.3", undefined],
  ["1.2.3.256", undefined],
  ["01.2.3.4", undefined],
  ["1:2:3:4:5:6:7", undefined],
  ["1::2::3", undefined],
  ["1:2:3:4:5:6:7::8", undefined],
  [":1", undefined],
  ["12345::", undefined],
  ["g::", undefined],
  ["", undefined],
  ["fe80::1%eth0", undefined],
])("parseIp and formatIp turn %p into %p", (text, expected) => {
  expect(canonicalIp(text)).toBe(expected as string);
});

test("formatIp and parseIp are inverse", () => {
  const address = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value) => ({ family: 4 as const, value })),
    fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => ({ family: 6 as const, value })),
  );
  fc.assert(fc.property(address, (each) => expect(parseIp(formatIp(each))).toEqual(each)));
});

const masked = (text: string): string | undefined => {
  const range = parseIpRange(text);
  return range && formatIpRange(maskedRange(range));
};

test("maskedRange clears the bits behind the prefix", () => {
  expect(masked("10.9.8.7/24")).toBe("10.9.8.0/24");
  expect(masked("10.9.8.7/0")).toBe("0.0.0.0/0");
  expect(masked("2001:db8::1/64")).toBe("2001:db8::/64");
  expect(masked("10.0.0.0/33")).toBeUndefined();
  expect(masked("10.0.0.0")).toBeUndefined();
});

type Validate = (text: string, path: string, errors: FieldErrors) => void;

test.each<[string, Validate, string, string[]]>([
  ["validateIp", validateIp, "FE80:0::1", []],
  ["validateIp", validateIp, "010.1.1.1", ["must not have leading 0s"]],
  ["validateIp", validateIp, "::ffff:1.2.3.4", ["must not be an IPv4-mapped IPv6 address"]],
  ["validateIp", validateIp, "x", ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]],
  ["validateCanonicalIp", validateCanonicalIp, "10.0.0.1", []],
  ["validateCanonicalIp", validateCanonicalIp, "FE80::1", ['must be in canonical form ("fe80::1")']],
  ["validateCanonicalIp", validateCanonicalIp, "x", ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]],
  ["validateIpRange", validateIpRange, "10.0.0.0/8", []],
  ["validateIpRange", validateIpRange, "10.0.0.1/8", ["must not have bits set beyond the prefix length"]],
  ["validateIpRange", validateIpRange, "10.0.0.0/08", ["must not have leading 0s in IP or prefix length"]],
  ["validateIpRange", validateIpRange, "::ffff:10.0.0.0/104", ["must not have an IPv4-mapped IPv6 address"]],
  [
    "validateIpRange",
    validateIpRange,
    "10.0.0.0/x",
    ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"],
  ],
])("%s %p %s", (_name, validate, text, details) => {
  const errors = new FieldErrors();
  validate(text, "ip", errors);
  expect(errors.errors.map(({ message }) => message)).toEqual(
    details.map((detail) => `Invalid value: ${JSON.stringify(text)}: ${detail}`),
  );
});
