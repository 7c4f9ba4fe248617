import { expect, test } from "bun:test";

import { jsonPathPrinter } from "./jsonpath-printer.ts";
import { relaxedPath } from "./relaxed-path.ts";

const object = {
  kind: "List",
  items: [
    { metadata: { name: "a", labels: { "example.com/x": "1" } }, spec: { n: 1, on: true, f: 1.5 }, tags: ["t1", "t2"] },
    { metadata: { name: "b" }, spec: { n: 20, on: false }, tags: [] },
    { metadata: { name: "c" }, spec: null },
  ],
  text: 'say "hi"',
};

const printed = (template: string, options: { allowsMissing?: boolean; asJson?: boolean } = {}): string =>
  jsonPathPrinter(template, { allowsMissing: true, asJson: false, ...options })(object);

test.each([
  ["{.kind}", "List"],
  ["{ .kind }", "List"],
  ["{$.kind}", "List"],
  ["{@.kind}", "List"],
  ["kind: {.kind}{'\\n'}", "kind: List\n"],
  ["{.items[0].metadata.name}", "a"],
  ["{.items[-1].metadata.name}", "c"],
  ["{.items[*].metadata.name}", "a b c"],
  ["{.items[0:2].metadata.name}", "a b"],
  ["{.items[:2].metadata.name}", "a b"],
  ["{.items[1:].metadata.name}", "b c"],
  ["{.items[-2:].metadata.name}", "b c"],
  ["{.items[::2].metadata.name}", "a c"],
  ["{.items[0,2].metadata.name}", "a c"],
  ["{.items[0]['metadata'].name}", "a"],
  ["{.items[0].metadata.labels.example\\.com/x}", "1"],
  ["{.items[0].metadata['name','labels']}", 'a {"example.com/x":"1"}'],
  ["{.items[?(@.spec.n>1)].metadata.name}", "b"],
  ["{.items[?(@.spec.n<=1)].metadata.name}", "a"],
  ['{.items[?(@.metadata.name=="b")].spec.n}', "20"],
  ["{.items[?(@.metadata.name!='b')].metadata.name}", "a c"],
  ["{.items[?(@.spec.on==true)].metadata.name}", "a"],
  ["{.items[?(@.metadata.labels)].metadata.name}", "a"],
  ["{..name}", "a b c"],
  ["{.items[*]..n}", "1 20"],
  ["{.items[0].tags}", '["t1","t2"]'],
  ["{.items[1].tags}", "[]"],
  ["{.items[0].spec}", '{"f":1.5,"n":1,"on":true}'],
  ["{.items[2].spec}", "null"],
  ["{.items[0].spec.*}", "1.5 1 true"],
  ["{.nope}", ""],
  ["{.items[2].spec.n}", ""],
  ["{range .items[*]}{.metadata.name}={.spec.n};{end}", "a=1;b=20;c=;"],
  ["{range .items[*]}{range .tags[*]}{@} {end}|{end}", "t1 t2 |||"],
  ["{range .nope[*]}x{end}y", "y"],
  ['{"a"}{" "}{.kind}', "a List"],
  ["{3}{true}", "3true"],
  ["no braces", "no braces"],
])("jsonPathPrinter carries out %s", (template, expected) => expect(printed(template)).toBe(expected));

test("jsonPathPrinter as JSON prints each path's results as a list", () => {
  expect(printed("{.items[*].metadata.name}", { asJson: true })).toBe('[\n    "a",\n    "b",\n    "c"\n]\n');
  expect(printed("{.nope}", { asJson: true })).toBe("[]\n");
});

test.each([
  ["{.a", "unclosed action"],
  ["{.items[0}", "unterminated array"],
  ["{.items[?(@.a}", "unterminated filter"],
  ["{.items[?(@.a)}", "unclosed array expect ]"],
  ["{'a}", "unterminated quoted string"],
  ["{.items[a]}", "invalid array index a"],
  ["{....}", "invalid multiple recursive descent"],
  ["{.a#}{*}", "unrecognized character in action: U+002A '*'"],
])("jsonPathPrinter refuses to read %s", (template, problem) =>
  expect(() => printed(template)).toThrow(`error parsing jsonpath ${template}, ${problem}`),
);

test.each([
  ["{.items[7]}", "array index out of bounds: index 7, length 3"],
  ["{.items[2:1]}", "starting index 2 is greater than ending index 1"],
  ["{.kind[0]}", "string is not array or slice"],
  ["{.kind[?(@.a==1)]}", "List is not array or slice and cannot be filtered"],
  ["{end}", "not in range, nothing to end"],
  ["{foo}", "unrecognized identifier foo"],
  ["{.items[?(@.metadata.name==1)]}", "incompatible types for comparison"],
  ["{.items[?(@.metadata.name<>'a')]}", "unrecognized filter operator <>"],
  ["{.items[?(@.tags[0]=='t1')]}", "array index out of bounds: index 0, length 0"],
])("jsonPathPrinter fails on %s", (template, problem) =>
  expect(() => printed(template)).toThrow(`Error executing template: ${problem}. Printing more information`),
);

test("jsonPathPrinter can insist on keys", () => {
  expect(() => printed("{.items[0].nope}", { allowsMissing: false })).toThrow("nope is not found");
});

test.each([
  ["metadata.name", "{.metadata.name}"],
  [".metadata.name", "{.metadata.name}"],
  ["{metadata.name}", "{.metadata.name}"],
  ["{.metadata.name}", "{.metadata.name}"],
  ["", ""],
])("relaxedPath reads %j", (path, expected) => expect(relaxedPath(path)).toBe(expected));

test("relaxedPath refuses more than one path", () =>
  expect(() => relaxedPath("{.a}{.b}")).toThrow("unexpected path string, expected a 'name1.name2'"));
