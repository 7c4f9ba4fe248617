import { expect, test } from "bun:test";

import { agedCell } from "./cell-age.ts";

test.each([
  ["5s", 10_000, "15s"],
  ["4 (10s ago)", 50_000, "4 (60s ago)"],
  ["3m20s", 60_000, "4m20s"],
  ["3", 60_000, "3"],
  ["<unknown>", 60_000, "<unknown>"],
  ["5s", Number.NaN, "5s"],
  ["5s", -1000, "5s"],
])("agedCell of %s after %d ms", (cell, elapsedMs, expected) => {
  expect(agedCell(cell, elapsedMs)).toBe(expected);
});
