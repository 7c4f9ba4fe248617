import { expect, test } from "bun:test";

import { age, humanDuration } from "./duration-text.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

test.each([
  [-2 * SECOND, "<invalid>"],
  [-1999, "0s"],
  [-999, "0s"],
  [0, "0s"],
  [119 * SECOND, "119s"],
  [2 * MINUTE, "2m"],
  [9 * MINUTE + 59 * SECOND, "9m59s"],
  [10 * MINUTE + 1 * SECOND, "10m"],
  [179 * MINUTE, "179m"],
  [3 * HOUR, "3h"],
  [7 * HOUR + 59 * MINUTE, "7h59m"],
  [8 * HOUR + 59 * MINUTE, "8h"],
  [47 * HOUR, "47h"],
  [48 * HOUR, "2d"],
  [3 * DAY + 4 * HOUR, "3d4h"],
  [8 * DAY + 4 * HOUR, "8d"],
  [729 * DAY, "729d"],
  [2 * YEAR + 3 * DAY, "2y3d"],
  [3 * YEAR, "3y"],
  [8 * YEAR + 3 * DAY, "8y"],
])("humanDuration of %d ms is %s", (durationMs, text) => {
  expect(humanDuration(durationMs)).toBe(text);
});

test("age of an object without a timestamp is unknown", () => {
  expect(age(undefined, 0)).toBe("<unknown>");
  expect(age(null, 0)).toBe("<unknown>");
  expect(age("2026-11-21T09:00:00Z", Date.parse("2026-11-21T09:05:20Z"))).toBe("5m20s");
});
