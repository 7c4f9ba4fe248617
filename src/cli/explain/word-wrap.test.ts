import { expect, test } from "bun:test";

import { wordWrapped } from "./word-wrap.ts";

test.each([
  ["words move whole", "one two three", "one two\nthree"],
  ["a line may be full", "one four", "one four"],
  ["line ends and empty lines stay", "one\n\ntwo\n", "one\n\ntwo\n"],
  ["spaces before and between words stay", "  one  x", "  one  x"],
  ["spaces at a break are dropped", "one two   three", "one two\nthree"],
  ["spaces that do not fit at an end are dropped", "eight ch  ", "eight ch"],
  ["a word longer than the line stays whole", "one longerthanthat two", "one\nlongerthanthat\ntwo"],
  ["a no-break space does not break", "one two\u00a0three", "one\ntwo\u00a0three"],
  ["characters outside the basic plane count once", "😀😀😀 😀😀😀😀", "😀😀😀 😀😀😀😀"],
])("wordWrapped: %s", (_claim, text, wrapped) => expect(wordWrapped(text, 8)).toBe(wrapped));
