import { expect, test } from "bun:test";

import {
  addressAt,
  cidrContains,
  cidrsOverlap,
  cidrsWithout,
  cidrText,
  parseCidr,
  parseIpv4,
  subnetAt,
} from "./cidr.ts";

const cidr = (text: string) => {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(`${text} is not a range`);
  return parsed;
};

test("parseCidr clears host bits and refuses what is not an IPv4 range", () => {
  expect(cidrText(cidr("10.96.3.4/12"))).toBe("10.96.0.0/12");
  expect(
    ["10.96.0.0", "10.96.0.0/33", "10.96.0.256/8", "010.0.0.0/8", "fd00::/8", "10.0.0.0/8/8"].map(parseCidr),
  ).toEqual(Array.from({ length: 6 }, () => undefined));
});

test("addressAt counts from the first address and stays inside", () => {
  expect(addressAt(cidr("10.96.0.0/16"), 10)).toBe("10.96.0.10");
  expect(() => addressAt(cidr("10.96.0.0/30"), 4)).toThrow(RangeError);
});

test("cidrsOverlap is true for a range and its part, either way", () => {
  expect(cidrsOverlap(cidr("10.0.0.0/8"), cidr("10.244.0.0/16"))).toBe(true);
  expect(cidrsOverlap(cidr("10.244.7.0/24"), cidr("10.244.0.0/16"))).toBe(true);
  expect(cidrsOverlap(cidr("10.243.0.0/16"), cidr("10.244.0.0/16"))).toBe(false);
  expect(cidrsOverlap(cidr("0.0.0.0/0"), cidr("192.168.0.0/16"))).toBe(true);
});

test("subnetAt cuts a range into parts until it is used up", () => {
  expect(cidrText(subnetAt(cidr("10.244.0.0/16"), 24, 3) ?? cidr("0.0.0.0/0"))).toBe("10.244.3.0/24");
  expect(subnetAt(cidr("10.244.0.0/16"), 24, 256)).toBeUndefined();
});

test("cidrContains holds for high addresses, where signed arithmetic would fail", () => {
  expect(cidrContains(cidr("192.168.0.0/16"), parseIpv4("192.168.255.255") ?? 0)).toBe(true);
  expect(cidrContains(cidr("192.168.0.0/16"), parseIpv4("192.169.0.0") ?? 0)).toBe(false);
});

test("cidrsWithout leaves what is beside the excepted ranges", () => {
  const left = (range: string, ...excepted: string[]) => cidrsWithout(cidr(range), excepted.map(cidr)).map(cidrText);
  expect(left("10.0.0.0/30", "10.0.0.2/32")).toEqual(["10.0.0.0/31", "10.0.0.3/32"]);
  expect(left("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/2")).toEqual(["192.0.0.0/2"]);
  expect(left("10.0.0.0/24", "10.0.0.0/16")).toEqual([]);
  expect(left("10.0.0.0/24", "10.1.0.0/24")).toEqual(["10.0.0.0/24"]);
});
