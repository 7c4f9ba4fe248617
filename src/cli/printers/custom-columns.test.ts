import { expect, test } from "bun:test";

import { customColumnsFilePrinter, customColumnsPrinter } from "./custom-columns.ts";
import { sortedByPath } from "./sort-objects.ts";

const list = {
  kind: "List",
  items: [
    { metadata: { name: "b" }, spec: { cpu: "2", images: ["x", "y"] } },
    { metadata: { name: "a" }, spec: { cpu: "900m" } },
    { metadata: { name: "c" }, spec: {} },
  ],
};

test("customColumnsPrinter prints what paths find, and <none> for nothing", () => {
  const print = customColumnsPrinter("NAME:.metadata.name,IMAGES:.spec.images[*]", { noHeaders: false });
  expect(print(list)).toBe("NAME   IMAGES\nb      x,y\na      <none>\nc      <none>\n");
  expect(print(list)).toStartWith("b     x,y\n");
});

test("customColumnsPrinter can leave out headers", () => {
  expect(customColumnsPrinter("NAME:metadata.name", { noHeaders: true })(list)).toBe("b\na\nc\n");
});

test("customColumnsFilePrinter reads headers and paths from two lines", () => {
  expect(customColumnsFilePrinter("NAME  CPU\nmetadata.name {.spec.cpu}\n")(list)).toStartWith(
    "NAME   CPU\nb      2\n",
  );
});

test.each([
  ["", "custom-columns format specified but no custom columns given"],
  ["NAME", "unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>"],
  ["NAME:{.a}{.b}", "unexpected path string"],
])("customColumnsPrinter refuses %j", (spec, message) =>
  expect(() => customColumnsPrinter(spec, { noHeaders: false })).toThrow(message),
);

test.each([
  ["", "invalid template, missing header line"],
  ["NAME", "invalid template, missing spec line"],
  ["A B\n.a", "number of headers (2) and field specifications (1) don't match"],
])("customColumnsFilePrinter refuses %j", (text, message) =>
  expect(() => customColumnsFilePrinter(text)).toThrow(message),
);

const sorted = (path: string): unknown[] =>
  sortedByPath(list.items, (item) => item, path).map(({ metadata }) => metadata.name);

test("sortedByPath compares quantities as such, and puts first what has none", () => {
  expect(sorted(".spec.cpu")).toEqual(["c", "a", "b"]);
  expect(sorted("{.metadata.name}")).toEqual(["a", "b", "c"]);
});

test("sortedByPath refuses a path that finds nothing anywhere", () => {
  expect(() => sorted(".nope")).toThrow('couldn\'t find any field with path "{.nope}" in the list of objects');
});
