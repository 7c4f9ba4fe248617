import { expect, test } from "bun:test";

import { splitInput } from "./mouse-input.ts";

test.each([
  ["\u001b[<0;3;7M", "", [{ button: "left", column: 2, row: 6 }], ""],
  ["a\u001b[<64;300;1Mb", "ab", [{ button: "wheelup", column: 299, row: 0 }], ""],
  [
    "\u001b[<65;1;1M\u001b[<65;1;1M",
    "",
    [
      { button: "wheeldown", column: 0, row: 0 },
      { button: "wheeldown", column: 0, row: 0 },
    ],
    "",
  ],
  ["\u001b[<0;3;7m", "", [], ""],
  ["\u001b[<2;3;7M", "", [], ""],
  ["j\u001b[<0;3", "j", [], "\u001b[<0;3"],
  ["\u001b[A", "\u001b[A", [], ""],
  ["", "", [], ""],
] as const)("splitInput of %j", (input, text, mouse, begun) => {
  expect(splitInput(input)).toEqual({ text, mouse: [...mouse], begun });
});
