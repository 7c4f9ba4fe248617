import { expect, test } from "bun:test";

import { assert, constantFrom, dictionary, nat, property } from "fast-check";

import { type MarkedRow, rowChanges, type RowChanges } from "./live-rows.ts";

/** What a browser does with the changes. */
function shownAfter(shown: readonly MarkedRow[], { removed, placed }: RowChanges): MarkedRow[] {
  let rows = shown.filter(({ id }) => !removed.includes(id));
  for (const { id, html, before } of placed) {
    rows = rows.filter((row) => row.id !== id);
    const at = before === null ? rows.length : rows.findIndex((row) => row.id === before);
    if (at < 0) throw new Error(`${before} is not shown when ${id} is to be placed before it`);
    rows.splice(at, 0, { id, html });
  }
  return rows;
}

const asMap = (rows: readonly MarkedRow[]): Map<string, string> => new Map(rows.map(({ id, html }) => [id, html]));

test("only what changed is sent", () => {
  const rows = [
    { id: "a", html: "1" },
    { id: "b", html: "1" },
    { id: "d", html: "1" },
  ];
  const next = [
    { id: "b", html: "1" },
    { id: "c", html: "1" },
    { id: "d", html: "2" },
  ];
  expect(rowChanges(asMap(rows), next)).toEqual({
    removed: ["a"],
    placed: [
      { id: "d", html: "2", before: null },
      { id: "c", html: "1", before: "d" },
    ],
  });
});

test("a browser that follows the changes shows the rows in their order", () => {
  // Ordered by the number in their text, and then by name, as tables are by a column: what stays keeps its place among what stays.
  const table = dictionary(constantFrom("a", "b", "c", "d", "e", "f", "g"), nat(4)).map((sizes) =>
    Object.entries(sizes)
      .toSorted(([leftId, left], [rightId, right]) => left - right || (leftId < rightId ? -1 : 1))
      .map(([id, size]) => ({ id, html: String(size) })),
  );
  assert(
    property(table, table, (before, after) => {
      expect(shownAfter(before, rowChanges(asMap(before), after))).toEqual(after);
    }),
  );
});
