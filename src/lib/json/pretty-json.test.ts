import { expect, test } from "bun:test";

import { prettyJson } from "./pretty-json.ts";

test("prettyJson sorts keys at every level and keeps the order of lists", () => {
  expect(prettyJson({ b: [{ d: 1, c: 2 }, 3], a: null })).toBe(
    '{\n "a": null,\n "b": [\n  {\n   "c": 2,\n   "d": 1\n  },\n  3\n ]\n}',
  );
});
