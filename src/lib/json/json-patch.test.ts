import { expect, test } from "bun:test";

import { applyJsonPatch, JsonPatchError, parseJsonPatch } from "./json-patch.ts";
import type { JsonValue } from "./json-value.ts";

const patched = (document: JsonValue, patch: JsonValue): JsonValue => applyJsonPatch(document, parseJsonPatch(patch));

const DOCUMENT: JsonValue = { a: { b: [1, 2], "x/y": "s", "m~n": 0 }, n: null };

const APPLIES: readonly (readonly [JsonValue, JsonValue])[] = [
  [[{ op: "add", path: "/c", value: 1 }], { ...DOCUMENT, c: 1 }],
  [[{ op: "add", path: "/a/b/0", value: 0 }], { a: { b: [0, 1, 2], "x/y": "s", "m~n": 0 }, n: null }],
  [[{ op: "add", path: "/a/b/-", value: 3 }], { a: { b: [1, 2, 3], "x/y": "s", "m~n": 0 }, n: null }],
  [[{ op: "remove", path: "/a/b/1" }], { a: { b: [1], "x/y": "s", "m~n": 0 }, n: null }],
  [[{ op: "replace", path: "/a/x~1y", value: "t" }], { a: { b: [1, 2], "x/y": "t", "m~n": 0 }, n: null }],
  [[{ op: "remove", path: "/a/m~0n" }], { a: { b: [1, 2], "x/y": "s" }, n: null }],
  [[{ op: "move", from: "/a/b", path: "/b" }], { a: { "x/y": "s", "m~n": 0 }, n: null, b: [1, 2] }],
  [[{ op: "copy", from: "/a/b/0", path: "/n" }], { a: { b: [1, 2], "x/y": "s", "m~n": 0 }, n: 1 }],
  [[{ op: "test", path: "/a/b", value: [1, 2] }], DOCUMENT],
  [[{ op: "test", path: "/n", value: null }], DOCUMENT],
  [[{ op: "test", path: "/absent", value: null }], DOCUMENT],
  [[{ op: "replace", path: "", value: [1] }], [1]],
  [[], DOCUMENT],
];

test.each(APPLIES)("applyJsonPatch %j", (patch, expected) => {
  const before = JSON.stringify(DOCUMENT);
  expect(patched(DOCUMENT, patch)).toEqual(expected);
  expect(JSON.stringify(DOCUMENT)).toBe(before);
});

const FAILS: readonly (readonly [JsonValue, string])[] = [
  [[{ op: "test", path: "/a/b/0", value: 2 }], "testing value /a/b/0 failed: test failed"],
  [[{ op: "remove", path: "/zoo" }], 'remove operation does not apply: doc is missing path: "/zoo": missing value'],
  [
    [{ op: "add", path: "/a/c/d", value: 1 }],
    'add operation does not apply: doc is missing path: "/a/c/d": missing value',
  ],
  [
    [{ op: "replace", path: "/a/c", value: 1 }],
    'replace operation does not apply: doc is missing path: "/a/c": missing value',
  ],
  [
    [{ op: "add", path: "/a/b/7", value: 1 }],
    "error in add for path: '/a/b/7': Unable to access invalid index: 7: invalid index referenced",
  ],
  [
    [{ op: "add", path: "/a/b/01", value: 1 }],
    "error in add for path: '/a/b/01': Unable to access invalid index: 01: invalid index referenced",
  ],
  [[{ op: "move", from: "/a", path: "/a/b" }], 'move operation does not apply: "/a/b" is inside "/a"'],
  [[{ op: "add", path: "a", value: 1 }], 'add operation does not apply: doc is missing path: "a": missing value'],
  [[{ op: "jump", path: "/a" }], "Unexpected kind: jump"],
  [[{ op: "add", value: 1 }], "operation 0 is missing its path"],
  [[{ op: "copy", path: "/a" }], "operation 0 is missing its from"],
  [{ op: "add" }, "a JSON patch must be a list of operations"],
];

test.each(FAILS)("applyJsonPatch refuses %j", (patch, message) => {
  expect(() => patched(DOCUMENT, patch)).toThrow(new JsonPatchError(message));
});

test("applyJsonPatch takes a key from the prototype for a missing key", () => {
  expect(() => patched({}, [{ op: "remove", path: "/constructor" }])).toThrow(JsonPatchError);
});

test("copies of copies end before they fill the memory", () => {
  const copies = Array.from({ length: 40 }, (_, index) => ({ op: "copy", from: "/a", path: `/a/n${index}` }));
  expect(() => patched(DOCUMENT, copies)).toThrow(
    /the accumulated size increase of copy is \d+, exceeding the limit 3145728/,
  );
});
