import { expect, test } from "bun:test";

import { jsonInteger } from "./exact-integer.ts";
import { goJson, goStructJson } from "./json-text.ts";

test("goJson sorts keys and indents as kubectl does", () => {
  expect(goJson({ b: [1, { c: true }], a: null, e: [], o: {} }, "    ")).toBe(
    '{\n    "a": null,\n    "b": [\n        1,\n        {\n            "c": true\n        }\n    ],\n    "e": [],\n    "o": {}\n}',
  );
});

test("goJson escapes what Go escapes", () => {
  expect(goJson('<a> & \u2028 é \u0001 "')).toBe('"\\u003ca\\u003e \\u0026 \\u2028 é \\u0001 \\""');
});

test("goJson keeps integers beyond 2^53", () => {
  expect(goJson({ n: jsonInteger(9_007_199_254_740_993n) })).toBe('{"n":9007199254740993}');
});

test("goStructJson keeps the order of keys and leaves out what is undefined", () => {
  expect(goStructJson({ kind: "Pod", apiVersion: "v1", spec: undefined })).toBe('{"kind":"Pod","apiVersion":"v1"}');
});
