import { expect, test } from "bun:test";

import { lowestOomScore } from "./oom-score.ts";

test("lowestOomScore is below zero only for an engine that has the capability", () => {
  const all = "Name:\tinit\nCapBnd:\t000001ffffffffff\n";
  const withoutSysResource = "Name:\tinit\nCapBnd:\t000001fffeffffff\n";
  expect(lowestOomScore(["name=seccomp,profile=default"], all)).toBe(-1000);
  expect(lowestOomScore(["name=seccomp,profile=default"], withoutSysResource)).toBe(0);
  expect(lowestOomScore(["name=seccomp,profile=default", "name=rootless"], all)).toBe(0);
  expect(lowestOomScore([], undefined)).toBe(-1000);
});
