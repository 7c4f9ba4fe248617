import { expect, test } from "bun:test";

import type { Key } from "ink";

import { keyNames } from "./key-names.ts";

const NO_KEY: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

test.each([
  ["jj", {}, ["j", "j"]],
  [":po\r", {}, [":", "p", "o", "enter"]],
  ["日本", {}, ["日", "本"]],
  ["d", { ctrl: true }, ["ctrl-d"]],
  ["\u0004", {}, ["ctrl-d"]],
  ["", { escape: true }, ["escape"]],
  // Escape and a key right after it arrive as Alt and that key.
  ["q", { meta: true }, ["escape", "q"]],
  [" ", {}, ["space"]],
  ["", { pageDown: true }, ["pagedown"]],
])("the input %j with %j is the keys %j", (input, key, names) => {
  expect(keyNames(input, { ...NO_KEY, ...key })).toEqual(names);
});
