import { expect, test } from "bun:test";

import { TabWriter } from "./tab-writer.ts";

function aligned(...texts: string[]): string[] {
  const written: string[] = [];
  const writer = new TabWriter((text) => written.push(text));
  for (const text of texts) {
    writer.write(text);
    writer.flush();
  }
  return written;
}

test("TabWriter makes columns as wide as their widest cell, with three spaces between", () => {
  expect(aligned("NAME\tREADY\tSTATUS\nweb-0-very-long\t1/1\tRunning\n")).toEqual([
    "NAME              READY   STATUS\nweb-0-very-long   1/1     Running\n",
  ]);
});

test("TabWriter keeps a column at six characters at least, and pads empty cells", () => {
  expect(aligned("A\t\tC\n\tB\tC\n")).toEqual(["A           C\n      B     C\n"]);
});

test("TabWriter ends a column at a line that has no cell for it, but remembers its width", () => {
  expect(aligned("a-long-cell\tb\nno cells\nc\td\n")).toEqual(["a-long-cell   b\nno cells\nc             d\n"]);
});

test("TabWriter remembers widths, so that a watch lines up with what was printed before", () => {
  expect(aligned("a-long-name\t1\n", "b\t2\n", "a-much-longer-name\t3\n", "c\t4\n")).toEqual([
    "a-long-name   1\n",
    "b             2\n",
    "a-much-longer-name   3\n",
    "c                    4\n",
  ]);
});

test("TabWriter counts characters, not bytes", () => {
  expect(aligned("äöü\tx\nabc\ty\n")).toEqual(["äöü   x\nabc   y\n"]);
});
