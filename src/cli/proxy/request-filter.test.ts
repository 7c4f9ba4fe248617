import { expect, test } from "bun:test";

import { DEFAULT_PATTERNS, requestFilter } from "./request-filter.ts";

const request = { method: "GET", path: "/api/v1/pods", host: "localhost:8001" };

test.each([
  [{}, true],
  [{ host: "127.0.0.1" }, true],
  [{ host: "evil.com:8001" }, false],
  [{ path: "/api/v1/namespaces/a/pods/b/exec" }, false],
  [{ path: "/api/v1/namespaces/a/pods/b/attach" }, false],
  [{ method: "DELETE" }, true],
])("requestFilter by default: %j is %p", (changes, expected) =>
  expect(requestFilter(DEFAULT_PATTERNS)({ ...request, ...changes })).toBe(expected),
);

test("requestFilter refuses the methods it is told to", () => {
  const accepts = requestFilter({ ...DEFAULT_PATTERNS, rejectMethods: "^POST$,^PUT$" });
  expect([accepts({ ...request, method: "PUT" }), accepts(request)]).toEqual([false, true]);
});

test("requestFilter says which expression is none", () => {
  expect(() => requestFilter({ ...DEFAULT_PATTERNS, acceptPaths: "(" })).toThrow("Error compiling re: ");
});
