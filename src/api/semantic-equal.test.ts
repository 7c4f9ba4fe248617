import { expect, test } from "bun:test";

import { semanticEqual } from "./semantic-equal.ts";

test.each([
  [1, 1],
  [undefined, null],
  [[], undefined],
  [{ a: [] }, {}],
  [{}, { a: undefined }],
  [{ a: [{ b: 1 }] }, { a: [{ b: 1, c: [] }] }],
])("semanticEqual finds %j and %j equal", (a, b) => {
  expect(semanticEqual(a, b)).toBeTrue();
  expect(semanticEqual(b, a)).toBeTrue();
});

test.each([
  [1, 2],
  [0, undefined],
  ["", undefined],
  [{ a: 1 }, {}],
  [{ emptyDir: {} }, {}],
  [[1], [1, 2]],
  [
    [1, 2],
    [2, 1],
  ],
  [[1], { 0: 1 }],
])("semanticEqual tells %j and %j apart", (a, b) => {
  expect(semanticEqual(a, b)).toBeFalse();
  expect(semanticEqual(b, a)).toBeFalse();
});
