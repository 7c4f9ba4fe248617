import { expect, test } from "bun:test";

import { areDualStackRanges, isDualStack, validateEndpointIp } from "./endpoint-ip.ts";
import { FieldErrors } from "./field-errors.ts";

test.each([
  ["10.0.0.1", undefined],
  ["2001:db8::1", undefined],
  ["0.0.0.0", "may not be unspecified (0.0.0.0)"],
  ["::", "may not be unspecified (::)"],
  ["127.0.0.9", "may not be in the loopback range (127.0.0.0/8, ::1/128)"],
  ["::1", "may not be in the loopback range (127.0.0.0/8, ::1/128)"],
  ["169.254.169.254", "may not be in the link-local range (169.254.0.0/16, fe80::/10)"],
  ["fe80::1", "may not be in the link-local range (169.254.0.0/16, fe80::/10)"],
  ["febf::1", "may not be in the link-local range (169.254.0.0/16, fe80::/10)"],
  ["224.0.0.9", "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"],
  ["ff12::1", "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"],
  ["x", "must be a valid IP address"],
])("validateEndpointIp of %j says %j", (text, problem) => {
  const errors = new FieldErrors();
  validateEndpointIp(text, "ip", errors);
  const expected = problem === undefined ? [] : [`Invalid value: ${JSON.stringify(text)}: ${problem}`];
  expect(errors.errors.map(({ message }) => message)).toEqual(expected);
});

test("a pair is dual-stack when it has both families", () => {
  expect(isDualStack(["10.0.0.1", "fd00::1"])).toBeTrue();
  expect(isDualStack(["10.0.0.1", "10.0.0.2"])).toBeFalse();
  expect(areDualStackRanges(["10.0.0.0/8", "fd00::/8"])).toBeTrue();
  expect(areDualStackRanges(["10.0.0.0/8"])).toBeFalse();
});
