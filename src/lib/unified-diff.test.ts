import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { unifiedDiff } from "./unified-diff.ts";

const lines = (...numbers: (number | string)[]): string => numbers.join("\n");

test("unifiedDiff of equal texts is empty", () => {
  expect(unifiedDiff("a\nb", "a\nb")).toBe("");
});

test("unifiedDiff shows changed lines with three around them", () => {
  expect(unifiedDiff(lines(1, 2, 3, 4, 5, 6, 7, 8, 9), lines(1, 2, 3, 4, "five", 6, 7, 8, 9))).toBe(
    "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
  );
});

test("unifiedDiff joins changes that are close and parts those that are not", () => {
  const before = Array.from({ length: 20 }, (_, index) => index);
  const near = before.map((line) => (line === 2 || line === 8 ? "x" : line));
  const far = before.map((line) => (line === 2 || line === 10 ? "x" : line));
  expect(unifiedDiff(lines(...before), lines(...near)).match(/@@ -.*/g)).toEqual(["@@ -1,12 +1,12 @@"]);
  expect(unifiedDiff(lines(...before), lines(...far)).match(/@@ -.*/g)).toEqual(["@@ -1,6 +1,6 @@", "@@ -8,7 +8,7 @@"]);
});

test("unifiedDiff shows what was added or taken at the ends", () => {
  expect(unifiedDiff("a", "a\nb")).toBe("@@ -1 +1,2 @@\n a\n+b\n");
  expect(unifiedDiff("a\nb", "b")).toBe("@@ -1,2 +1 @@\n-a\n b\n");
});

/** What `patch` does with a diff. */
function patched(before: readonly string[], diff: string): string[] {
  const result: string[] = [];
  let position = 0;
  for (const line of diff.split("\n").slice(0, -1)) {
    const start = /^@@ -(\d+)(,0)?/.exec(line);
    if (start) {
      const index = Number(start[1]) - (start[2] ? 0 : 1);
      result.push(...before.slice(position, index));
      position = index;
    } else {
      if (!line.startsWith("+")) expect(before[position++]).toBe(line.slice(1));
      if (!line.startsWith("-")) result.push(line.slice(1));
    }
  }
  return [...result, ...before.slice(position)];
}

test("a text patched with unifiedDiff is the other text", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(patched(before, unifiedDiff(lines(...before), lines(...after)))).toEqual(after);
    }),
  );
});
