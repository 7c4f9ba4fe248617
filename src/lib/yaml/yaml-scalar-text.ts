/** How go-yaml v2 writes a string: which style it takes, what it escapes, and where it breaks long lines. */
import { wouldNotBeText } from "./yaml-plain-words.ts";

const BEST_WIDTH = 80;
const LONGEST_SIMPLE_KEY = 128;

/** A key on its own line; a long one is written in the `? key` form. */
export function yamlKey(key: string, indent: number): { readonly text: string; readonly isSimple: boolean } {
  const isSimple = new TextEncoder().encode(key).length <= LONGEST_SIMPLE_KEY && !key.includes("\n");
  if (!isSimple) return { text: yamlScalar(key, indent + 2, indent + 2), isSimple };
  const shape = shapeOf(key);
  if (!wouldNotBeText(key) && shape.mayBePlain) return { text: key, isSimple };
  const style = !wouldNotBeText(key) && shape.mayBeSingleQuoted ? singleQuoted : doubleQuoted;
  return { text: style(key, { indent, column: indent, mayBreak: false }), isSimple };
}

/** The text of a value that starts at `column`; what goes on the next line is indented by `indent`. */
export function yamlScalar(text: string, indent: number, column: number): string {
  const shape = shapeOf(text);
  const place = { indent, column, mayBreak: true };
  if (text.includes("\n")) return shape.mayBeBlock ? literal(text, indent) : doubleQuoted(text, place);
  if (wouldNotBeText(text)) return doubleQuoted(text, place);
  if (shape.mayBePlain) return plain(text, place);
  return shape.mayBeSingleQuoted ? singleQuoted(text, place) : doubleQuoted(text, place);
}

interface Shape {
  readonly mayBePlain: boolean;
  readonly mayBeSingleQuoted: boolean;
  readonly mayBeBlock: boolean;
}

const FIRST_INDICATORS = new Set("#,[]{}&*!|>'\"%@`");
const isBreak = (char: string | undefined): boolean => char !== undefined && "\r\n\u0085\u2028\u2029".includes(char);
const isBlankOrEnd = (char: string | undefined): boolean =>
  char === undefined || char === " " || char === "\t" || isBreak(char) || char === "\0";

function shapeOf(text: string): Shape {
  const chars = Array.from(text);
  const first = chars[0];
  const last = chars.at(-1);
  let hasIndicators = text.startsWith("---") || text.startsWith("...");
  let hasSpecial = false;
  let hasBreaks = false;
  let hasSpaceBeforeBreak = false;
  let hasSpaceAfterBreak = false;
  for (const [at, char] of chars.entries()) {
    if (isIndicator(chars, at)) hasIndicators = true;
    if (!isPrintable(char)) hasSpecial = true;
    if (isBreak(char)) {
      hasBreaks = true;
      if (chars[at - 1] === " ") hasSpaceBeforeBreak = true;
    } else if (char === " " && isBreak(chars[at - 1])) hasSpaceAfterBreak = true;
  }
  const hasOuterSpace = first === " " || last === " " || isBreak(first) || isBreak(last);
  const isHard = hasSpaceBeforeBreak || hasSpecial;
  return {
    mayBePlain: !(hasIndicators || hasOuterSpace || hasSpaceAfterBreak || isHard || hasBreaks),
    mayBeSingleQuoted: !(hasSpaceAfterBreak || isHard),
    mayBeBlock: !(last === " " || isHard),
  };
}

function isIndicator(chars: readonly string[], at: number): boolean {
  const char = chars[at] ?? "";
  const isBeforeBlank = isBlankOrEnd(chars[at + 1]);
  if (at === 0) return FIRST_INDICATORS.has(char) || ("?:-".includes(char) && isBeforeBlank);
  return (char === ":" && isBeforeBlank) || (char === "#" && isBlankOrEnd(chars[at - 1]));
}

/** go-yaml v2 holds tabs and characters beyond the basic plane for unprintable. */
function isPrintable(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return (
    code === 0x0a ||
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff)
  );
}

interface Place {
  readonly indent: number;
  readonly column: number;
  readonly mayBreak: boolean;
}

function plain(text: string, place: Place): string {
  const writer = new LineWriter(place);
  const chars = Array.from(text);
  for (const [at, char] of chars.entries()) {
    if (char === " " && writer.isFull && chars[at - 1] !== " " && chars[at + 1] !== " ") writer.breakLine();
    else writer.put(char);
  }
  return writer.text;
}

function singleQuoted(text: string, place: Place): string {
  const writer = new LineWriter(place);
  writer.put("'");
  const chars = Array.from(text);
  for (const [at, char] of chars.entries()) {
    const isInside = at > 0 && at < chars.length - 1;
    if (char === " " && writer.isFull && isInside && chars[at - 1] !== " " && chars[at + 1] !== " ") writer.breakLine();
    else writer.put(char === "'" ? "''" : char);
  }
  writer.put("'");
  return writer.text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": String.raw`\0`,
  "\u0007": String.raw`\a`,
  "\b": String.raw`\b`,
  "\t": String.raw`\t`,
  "\n": String.raw`\n`,
  "\v": String.raw`\v`,
  "\f": String.raw`\f`,
  "\r": String.raw`\r`,
  "\u001b": String.raw`\e`,
  '"': String.raw`\"`,
  "\\": String.raw`\\`,
  "\u0085": String.raw`\N`,
  "\u2028": String.raw`\L`,
  "\u2029": String.raw`\P`,
};

function doubleQuoted(text: string, place: Place): string {
  const writer = new LineWriter(place);
  writer.put('"');
  const chars = Array.from(text);
  for (const [at, char] of chars.entries()) {
    const isInside = at > 0 && at < chars.length - 1;
    if (char === " " && writer.isFull && isInside && chars[at - 1] !== " ") {
      writer.breakLine();
      if (chars[at + 1] === " ") writer.put("\\");
    } else writer.put(ESCAPES[char] ?? (isPrintable(char) ? char : hexEscape(char)));
  }
  writer.put('"');
  return writer.text;
}

function hexEscape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

function literal(text: string, indent: number): string {
  const indentHint = /^[ \n]/.test(text) ? "2" : "";
  const chomp = text.endsWith("\n\n") || text === "\n" ? "+" : text.endsWith("\n") ? "" : "-";
  const lines = text.replace(/\n$/, "").split("\n");
  const body = lines.map((line) => (line === "" ? "" : `${" ".repeat(indent)}${line}`)).join("\n");
  return `|${indentHint}${chomp}\n${body}`;
}

/** Counts columns, so that a space beyond the best width becomes a line break. */
class LineWriter {
  text = "";
  readonly #indent: number;
  readonly #mayBreak: boolean;
  #column: number;

  constructor({ indent, column, mayBreak }: Place) {
    this.#indent = indent;
    this.#column = column;
    this.#mayBreak = mayBreak;
  }

  get isFull(): boolean {
    return this.#mayBreak && this.#column > BEST_WIDTH;
  }

  put(piece: string): void {
    this.text += piece;
    this.#column += piece.length;
  }

  breakLine(): void {
    this.text += `\n${" ".repeat(this.#indent)}`;
    this.#column = this.#indent;
  }
}
