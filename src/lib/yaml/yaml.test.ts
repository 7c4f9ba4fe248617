import { expect, test } from "bun:test";

import { YamlError, decodeYaml } from "./yaml.ts";

const value = (text: string): unknown => decodeYaml(text).value;

test("decodeYaml reads words and numbers as YAML 1.1 does", () => {
  const text = "[N, yes, Off, y, ~, 0777, 0x1f, 0b11, 1_000, 1e3, .5, 08, -7, 0o17]";
  expect(value(text)).toEqual([false, true, false, true, null, 511, 31, 3, 1000, 1000, 0.5, 8, -7, 15]);
});

test("decodeYaml leaves dates, sexagesimal numbers and quoted words as text, as go-yaml does", () => {
  const text = "[2001-01-01, 2001-01-01T00:00:00Z, 1:30, 'yes', \"5\", 1.2.3, 12e, !!str 5, nO]";
  expect(value(text)).toEqual(["2001-01-01", "2001-01-01T00:00:00Z", "1:30", "yes", "5", "1.2.3", "12e", "5", "nO"]);
});

test("decodeYaml keeps integers beyond 2^53 exact", () => {
  expect(JSON.stringify(value("a: 9007199254740993"))).toBe(`{"a":9007199254740993}`);
});

test("decodeYaml makes text of keys", () => {
  expect(value("1: a\ny: b\n1.5: c")).toEqual({ "1": "a", true: "b", "1.5": "c" });
});

test("decodeYaml follows anchors and merge keys; own keys win", () => {
  expect(value("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\ne: [*x]")).toEqual({
    a: { b: 1, c: 2 },
    d: { b: 1, c: 3 },
    e: [{ b: 1, c: 2 }],
  });
});

test("decodeYaml reads JSON, block text, and nothing at all", () => {
  expect(value(`{"a": [1, "x"], "b": null}`)).toEqual({ a: [1, "x"], b: null });
  expect(value("a: |\n  x\n  y\nb: >-\n  p\n  q\n")).toEqual({ a: "x\ny\n", b: "p q" });
  expect(value("# nothing\n")).toBeNull();
});

test("decodeYaml names duplicate keys by their line", () => {
  expect(decodeYaml("a: 1\nb:\n  c: 1\n  c: 2\na: 2", 11)).toEqual({
    value: { a: 2, b: { c: 2 } },
    duplicates: ['line 14: key "c" already set in map', 'line 15: key "a" already set in map'],
  });
});

test.each([
  ["a: b: c", "yaml: line 1, column 4: mapping values are not allowed in this context"],
  ["a:\n\t- b", "yaml: line 2, column 1: found character that cannot start any token"],
  ["a:\n  b: 1\n c: 2", "yaml: line 3, column 1: did not find expected key"],
  ["a: *nope", "yaml: line 1, column 4: unknown anchor 'nope' referenced"],
  ["? [a]\n: b", "yaml: line 1, column 3: a key must be a scalar: JSON has no other keys"],
  ["<<: 1", "yaml: line 1, column 1: map merge requires map or sequence of maps as the value"],
])("decodeYaml refuses %j with line and column", (text, message) => {
  expect(() => decodeYaml(text)).toThrow(new YamlError(message.split(": ").slice(2).join(": "), ...position(message)));
});

function position(message: string): [number, number] {
  const [, line, column] = /line (\d+), column (\d+)/.exec(message) ?? [];
  return [Number(line), Number(column)];
}

test("decodeYaml refuses a small text that would become a huge value", () => {
  const levels = Array.from({ length: 12 }, (_, n) => {
    const item = n === 0 ? "x" : `*l${n - 1}`;
    return `l${n}: &l${n} [${Array.from({ length: 10 }, () => item).join(",")}]`;
  });
  expect(() => decodeYaml(levels.join("\n"))).toThrow("document contains excessive aliasing");
});

test("decodeYaml refuses nesting that would exhaust the stack", () => {
  expect(() => decodeYaml("[".repeat(100_000))).toThrow("exceeded max depth");
  expect(() => decodeYaml(`a:\n  ${"[".repeat(100_000)}`, 5)).toThrow("line 6, column 10003: exceeded max depth");
});
