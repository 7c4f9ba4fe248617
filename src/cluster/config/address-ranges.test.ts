import { expect, test } from "bun:test";

import { cidrText, parseCidr } from "../../lib/cidr.ts";
import { checkRange, freeRanges, routesFrom } from "./address-ranges.ts";

const taken = (...texts: string[]) => texts.flatMap((text) => parseCidr(text) ?? []);

test("freeRanges takes the customary ranges where they are free", () => {
  expect(freeRanges([])).toEqual({ podRange: "10.244.0.0/16", serviceRange: "10.96.0.0/16" });
});

test("freeRanges steps aside for a VPN and for another cluster", () => {
  expect(freeRanges(taken("10.244.0.0/16", "10.96.0.0/12"))).toEqual({
    podRange: "10.245.0.0/16",
    serviceRange: "10.112.0.0/16",
  });
});

test("freeRanges says so when everything is taken", () => {
  expect(() => freeRanges(taken("10.0.0.0/8", "172.16.0.0/12"))).toThrow("Cannot find a free address range for pods");
});

test("checkRange names what a chosen range overlaps with", () => {
  expect(() => checkRange("10.1.0.0/16", "--pod-range", 22, taken("10.0.0.0/8"))).toThrow("overlaps with 10.0.0.0/8");
  expect(() => checkRange("10.1.0.0/28", "--pod-range", 22, [])).toThrow("from /8 to /22");
});

test("routesFrom reads the kernel's little-endian table and leaves the default route out", () => {
  const table = [
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
    "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0",
    "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
  ].join("\n");
  expect(routesFrom(table).map(cidrText)).toEqual(["172.17.0.0/16"]);
});
