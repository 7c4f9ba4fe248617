import { expect, test } from "bun:test";

import * as fc from "fast-check";

import type { JsonObject, JsonValue } from "./json-value.ts";
import { applyMergePatch, createMergePatch, createThreeWayMergePatch } from "./merge-patch.ts";

/** The examples of RFC 7386, appendix A. */
const EXAMPLES: readonly (readonly [JsonValue, JsonValue, JsonValue])[] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test.each(EXAMPLES)("applyMergePatch %j with %j", (target, patch, expected) => {
  const before = JSON.stringify(target);
  expect(applyMergePatch(target, patch)).toEqual(expected);
  expect(JSON.stringify(target)).toBe(before);
});

const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean());
const { object } = fc.letrec<{ object: JsonObject; value: JsonValue }>((tie) => ({
  object: fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__"), tie("value"), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  value: fc.oneof({ depthSize: "small" }, leaf, fc.array(leaf, { maxLength: 2 }), tie("object")),
}));

test("a created merge patch makes the modified object of the original", () => {
  fc.assert(
    fc.property(object, object, (original, modified) => {
      expect(applyMergePatch(original, createMergePatch(original, modified))).toEqual(modified);
    }),
  );
});

test("createThreeWayMergePatch keeps what others added and deletes what was dropped", () => {
  const original = { spec: { a: 1, b: 2, gone: {} } };
  const modified = { spec: { a: 1, b: 3, empty: {} } };
  const current = { spec: { a: 1, b: 2, gone: {}, theirs: true }, status: { ready: 1 } };
  const patch = createThreeWayMergePatch(original, modified, current);
  expect(patch).toEqual({ spec: { b: 3, gone: null, empty: {} } });
  expect(applyMergePatch(current, patch)).toEqual({
    spec: { a: 1, b: 3, theirs: true, empty: {} },
    status: { ready: 1 },
  });
});
