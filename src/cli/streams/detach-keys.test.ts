import { expect, test } from "bun:test";

import { keyBytes, KeySequence } from "./detach-keys.ts";

test("KeySequence is found across pieces and passes on all before it", () => {
  const sequence = new KeySequence(keyBytes("ctrl-p,ctrl-q"));
  expect(sequence.pass(Buffer.from("ab\x10"))).toEqual({ bytes: new Uint8Array([97, 98]), isComplete: false });
  expect(sequence.pass(Buffer.from("\x11cd"))).toEqual({ bytes: new Uint8Array(), isComplete: true });
});

test("KeySequence passes on its beginning when something else follows", () => {
  const sequence = new KeySequence(keyBytes("ctrl-p,ctrl-q"));
  expect(sequence.pass(Buffer.from("\x10x")).bytes).toEqual(new Uint8Array([16, 120]));
});

test("keyBytes refuses what is no key", () => {
  expect(() => keyBytes("ctrl-")).toThrow("Unknown character: 'ctrl-'");
});
