import { expect, test } from "bun:test";

import { bar, percentText, sparkline, usageOf, type UsageHistory, withSamples } from "./usage.ts";

test("usageOf reads quantities of every form", () => {
  expect(usageOf({ cpu: "1500m", memory: "2Gi" })).toEqual({ cpuMilli: 1500, memoryBytes: 2 ** 31 });
  expect(usageOf({ cpu: "2", memory: "128974848" })).toEqual({ cpuMilli: 2000, memoryBytes: 128_974_848 });
  expect(usageOf({ cpu: "156340n", memory: "64Ki" })).toEqual({ cpuMilli: 1, memoryBytes: 65_536 });
  expect(usageOf(undefined)).toEqual({ cpuMilli: 0, memoryBytes: 0 });
});

test("withSamples keeps the latest samples, and forgets who is gone", () => {
  const sample = (cpuMilli: number) => ({ cpuMilli, memoryBytes: 0 });
  let history: UsageHistory = new Map();
  for (let at = 0; at < 30; at++) history = withSamples(history, new Map([["a/pod", sample(at)]]));
  expect(history.get("a/pod")).toHaveLength(20);
  expect(history.get("a/pod")?.at(-1)).toEqual(sample(29));
  expect([...withSamples(history, new Map([["a/other", sample(1)]])).keys()]).toEqual(["a/other"]);
});

test.each([
  [[], ""],
  [[0, 0], "▁▁"],
  [[0, 5, 10], "▁▅█"],
])("sparkline of %j", (values, expected) => {
  expect(sparkline(values)).toBe(expected);
});

test.each([
  [0, "░░░░"],
  [0.5, "██░░"],
  [0.56, "██▎░"],
  [2, "████"],
])("bar of %d", (share, expected) => {
  expect(bar(share, 4)).toBe(expected);
});

test("percentText has no answer where nothing is there to divide by", () => {
  expect(percentText(250, 1000)).toBe("25%");
  expect(percentText(250, 0)).toBe("n/a");
});
