import { expect, test } from "bun:test";

import { compareCells } from "./cell-order.ts";

test.each([
  [
    ["10", "9", "100"],
    ["9", "10", "100"],
  ],
  [
    ["2d3h", "45s", "5m20s"],
    ["45s", "5m20s", "2d3h"],
  ],
  [
    ["2/3", "10/10", "0/1"],
    ["0/1", "2/3", "10/10"],
  ],
  [
    ["1Gi", "512Mi", "2Ti"],
    ["512Mi", "1Gi", "2Ti"],
  ],
  [
    ["3 (5m ago)", "0", "12 (1h ago)"],
    ["0", "3 (5m ago)", "12 (1h ago)"],
  ],
  [
    ["b", "a", "<none>"],
    ["<none>", "a", "b"],
  ],
])("compareCells sorts %p as %p", (cells, sorted) => {
  expect(cells.toSorted(compareCells)).toEqual(sorted);
});
