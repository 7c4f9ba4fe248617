import { expect, test } from "bun:test";

import { mouseInput } from "./mouse-input.ts";

test.each([
  ["[<0;3;7M", { button: "left", column: 2, row: 6 }],
  ["[<64;300;1M", { button: "wheelup", column: 299, row: 0 }],
  ["[<65;1;1M", { button: "wheeldown", column: 0, row: 0 }],
  ["[<0;3;7m", "other"],
  ["[<2;3;7M", "other"],
  ["j", undefined],
  ["[<0;3M", undefined],
] as const)("mouseInput of %s", (input, expected) => {
  expect(mouseInput(input)).toEqual(expected);
});
