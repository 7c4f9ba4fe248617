import type { Key } from "ink";

import { graphemes } from "../lib/terminal-text.ts";

/**
 * The names of the keys in one piece of terminal input. Keys that are pressed quickly arrive together, and so does pasted
 * text; Escape with another key right after it arrives as that key with Alt.
 */
export function keyNames(input: string, key: Key): readonly string[] {
  const named = namedKey(key);
  if (named !== undefined) return [named];
  const names = Array.from(graphemes(input), (character) => characterKey(character, key.ctrl));
  return key.meta ? ["escape", ...names] : names;
}

function namedKey(key: Key): string | undefined {
  if (key.upArrow) return "up";
  if (key.downArrow) return "down";
  if (key.leftArrow) return "left";
  if (key.rightArrow) return "right";
  if (key.pageUp) return "pageup";
  if (key.pageDown) return "pagedown";
  if (key.home) return "home";
  if (key.end) return "end";
  if (key.return) return "enter";
  if (key.escape) return "escape";
  if (key.tab) return "tab";
  if (key.backspace || key.delete) return "backspace";
  return undefined;
}

const CONTROL_LETTERS = 0x60;

function characterKey(character: string, isControl: boolean): string {
  if (character === " ") return "space";
  if (isControl) return `ctrl-${character}`;
  if (character === "\r" || character === "\n") return "enter";
  if (character === "\t") return "tab";
  if (character === "\u007f" || character === "\b") return "backspace";
  if (character === "\u001b") return "escape";
  const code = character.charCodeAt(0);
  return code < 0x20 ? `ctrl-${String.fromCharCode(code + CONTROL_LETTERS)}` : character;
}
