/**
 * Text from outside (names, cells, log lines) made safe for a terminal, and measured as a terminal would show it. Nothing
 * reaches the screen that did not pass `printable`.
 */

// Control characters of ASCII and Latin-1, line and paragraph separators, and what turns the direction of writing.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

const TAB_WIDTH = 4;
const CONTROL_PICTURES = 0x2400;
const DELETE = 0x7f;

/** One line without anything that could steer a terminal: control characters become visible signs. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => {
    if (character === "\t") return " ".repeat(TAB_WIDTH);
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
    return code === DELETE ? "␡" : "�";
  });
}

/** A log line: colours and other escape sequences are taken out whole, the rest is made printable. */
export function plainLine(line: string): string {
  return printable(Bun.stripANSI(line.endsWith("\r") ? line.slice(0, -1) : line));
}

/** Cells of the terminal that the text takes: wide characters take two. */
export function textWidth(text: string): number {
  return Bun.stringWidth(text);
}

/** Exactly `width` cells: padded, or cut with an ellipsis. */
export function fitted(text: string, width: number): string {
  const own = textWidth(text);
  if (own <= width) return text + " ".repeat(width - own);
  if (width <= 0) return "";
  const start = startOf(text, width - 1);
  return `${start}…${" ".repeat(width - 1 - textWidth(start))}`;
}

/** At most `width` cells, cut with an ellipsis. */
export function clipped(text: string, width: number): string {
  return textWidth(text) <= width ? text : fitted(text, width).trimEnd();
}

/** Pieces of at most `width` cells each; at least one. */
export function wrapped(text: string, width: number): readonly string[] {
  if (width <= 0 || textWidth(text) <= width) return [text];
  const pieces: string[] = [];
  for (let rest = text; rest !== "";) {
    // A single character wider than the screen still has to go somewhere.
    const piece = startOf(rest, width) || graphemes(rest).next().value || rest;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return pieces;
}

/** The same, broken where words end if that leaves a line at least half full. */
export function wrappedAtWords(text: string, width: number): readonly string[] {
  if (width <= 0 || textWidth(text) <= width) return [text];
  const lines: string[] = [];
  for (let rest = text; rest !== "";) {
    const start = startOf(rest, width) || graphemes(rest).next().value || rest;
    const space = start.length < rest.length ? rest.lastIndexOf(" ", start.length) : -1;
    const line = space > start.length / 2 ? rest.slice(0, space + 1) : start;
    lines.push(line.trimEnd());
    rest = rest.slice(line.length);
  }
  return lines;
}

/** The text from the cell `offset` on. */
export function textFrom(text: string, offset: number): string {
  return offset <= 0 ? text : text.slice(startOf(text, offset).length);
}

/** As many whole characters as fit in `width` cells. */
function startOf(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const grapheme of graphemes(text)) {
    used += textWidth(grapheme);
    if (used > width) break;
    end += grapheme.length;
  }
  return text.slice(0, end);
}

/** What a reader takes for one character each. */
export function* graphemes(text: string): Generator<string> {
  for (const { segment } of new Intl.Segmenter().segment(text)) yield segment;
}
