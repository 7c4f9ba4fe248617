import { expect, test } from "bun:test";

import {
  clipped,
  fitted,
  plainLine,
  printable,
  textFrom,
  textWidth,
  wrapped,
  wrappedAtWords,
} from "./terminal-text.ts";

test("printable leaves nothing that steers a terminal", () => {
  expect(printable("a\u001b[31mred\u0007\u009b2J\u007f\tb\u202e")).toBe("a␛[31mred␇�2J␡    b�");
  expect(printable("日本 é 👩‍👩‍👧")).toBe("日本 é 👩‍👩‍👧");
});

test("plainLine takes escape sequences out of a log line", () => {
  expect(plainLine("\u001b[1;32mok\u001b[0m done\r")).toBe("ok done");
  expect(plainLine("\u001b]0;title\u0007text\u001b[2J")).not.toContain("\u001b");
});

test("fitted measures wide characters as two cells", () => {
  expect(fitted("日本語", 8)).toBe("日本語  ");
  expect(fitted("日本語", 4)).toBe("日… ");
  expect(textWidth(fitted("日本語", 4))).toBe(4);
  expect(fitted("abcdef", 4)).toBe("abc…");
  expect(fitted("abc", 0)).toBe("");
});

test("clipped does not pad", () => {
  expect(clipped("abc", 8)).toBe("abc");
  expect(clipped("abcdef", 4)).toBe("abc…");
});

test("wrapped loses nothing and never splits a character", () => {
  expect(wrapped("abcdefg", 3)).toEqual(["abc", "def", "g"]);
  expect(wrapped("日本語", 3)).toEqual(["日", "本", "語"]);
  expect(wrapped("日本", 1)).toEqual(["日", "本"]);
  expect(wrapped("", 5)).toEqual([""]);
});

test("textFrom starts at a cell of the screen", () => {
  expect(textFrom("日本語", 2)).toBe("本語");
  expect(textFrom("abc", 0)).toBe("abc");
});

test.each([
  ["short", 10, ["short"]],
  ["some words in a line", 10, ["some words", "in a line"]],
  ["a veryveryverylongword", 10, ["a veryvery", "verylongwo", "rd"]],
  ["日本語 日本語", 8, ["日本語", "日本語"]],
])("wrappedAtWords of %p in %d cells", (text, width, expected) => {
  expect(wrappedAtWords(text, width)).toEqual(expected);
});
