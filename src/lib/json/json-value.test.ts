import { expect, test } from "bun:test";

import { jsonInteger } from "./exact-integer.ts";
import { cloneJson, jsonEqual } from "./json-value.ts";

const big = (text: string): unknown => jsonInteger(BigInt(text));

test("jsonEqual ignores key order and undefined keys, not values", () => {
  expect(jsonEqual({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1, d: undefined })).toBe(true);
  expect(jsonEqual({ a: null }, {})).toBe(false);
  expect(jsonEqual({ constructor: 1 }, {})).toBe(false);
  expect(jsonEqual([1, 2], [2, 1])).toBe(false);
  expect(jsonEqual({}, [])).toBe(false);
});

test("jsonEqual compares exact integers by value", () => {
  expect(jsonEqual([big("9007199254740993")], [big("9007199254740993")])).toBe(true);
  expect(jsonEqual([big("9007199254740993")], [big("9007199254740995")])).toBe(false);
});

test("cloneJson copies deeply and keeps exact integers", () => {
  const original = { list: [{ n: big("9007199254740993") }] };
  const copy = cloneJson(original);
  expect(JSON.stringify(copy)).toBe(`{"list":[{"n":9007199254740993}]}`);
  expect(copy.list[0]).not.toBe(original.list[0]);
});

test("an exact integer compares with limits like a number", () => {
  // Typed code sees a number there.
  const seconds = big("9007199254740993") as number;
  expect(seconds > 2 ** 31).toBe(true);
  expect(seconds < 0).toBe(false);
  expect(`${seconds}`).toBe("9007199254740993");
});
