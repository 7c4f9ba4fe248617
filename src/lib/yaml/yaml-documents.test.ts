import { expect, test } from "bun:test";

import { yamlDocuments } from "./yaml-documents.ts";

test("yamlDocuments splits at --- lines and leaves empty documents out", () => {
  const text = "# a file\n---\na: 1\n---\n# nothing\n---\r\nb: |\n  ---\n  x\n--- # c\nc: 1\n";
  expect(yamlDocuments(text).map((document) => [document.text.trim(), document.firstLine])).toEqual([
    ["a: 1", 2],
    ["b: |\n  ---\n  x", 6],
    ["# c\nc: 1", 10],
  ]);
});

test("yamlDocuments keeps the lines of a document where they were", () => {
  const [, second] = yamlDocuments("a: 1\n---\nb: 1\nc: x: y\n");
  expect(second?.text.split("\n").indexOf("c: x: y")).toBe(2);
  expect(second?.firstLine).toBe(2);
});

test("yamlDocuments takes a document that starts behind its dashes, and a byte order mark", () => {
  expect(yamlDocuments("\u{feff}--- {a: 1}").map(({ text }) => text.trim())).toEqual(["{a: 1}"]);
});
