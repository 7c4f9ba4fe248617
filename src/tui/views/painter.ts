import { textWidth } from "../../lib/terminal-text.ts";
import type { SkinName } from "../state/state.ts";
import type { Tone } from "../state/tone.ts";
import { clippedSpans, type FrameLine } from "./frame-line.ts";

/** Codes for each tone: only the 16 colours that every terminal has and that follow the user's own theme. */
const DARK: Readonly<Record<Tone, string>> = {
  plain: "",
  strong: "1",
  faint: "2",
  heading: "1;36",
  good: "32",
  pending: "33",
  bad: "31",
  leaving: "35",
  accent: "36",
  key: "1;94",
};

const SKINS: Readonly<Record<SkinName, Readonly<Record<Tone, string>>>> = {
  dark: DARK,
  // Yellow and cyan cannot be read on white, and faint text is nearly gone.
  light: { ...DARK, faint: "90", heading: "1;34", pending: "1;35", leaving: "90", accent: "34", key: "1;34" },
  plain: {
    plain: "",
    strong: "1",
    faint: "",
    heading: "1",
    good: "",
    pending: "4",
    bad: "1;4",
    leaving: "",
    accent: "",
    key: "1",
  },
};

const BEGIN_FRAME = "\u001b[?2026h";
const END_FRAME = "\u001b[?2026l";

/**
 * Puts frames on a terminal that nobody else writes to meanwhile: only lines that are different from those of the frame before, in one piece. Ink would lay out
 * and take apart all cells of the screen for each frame, which costs a core when a table of thousands of rows changes all the time.
 */
export class Painter {
  readonly #write: (text: string) => void;
  #painted: readonly string[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** What is on the screen is not known any more: the next frame is painted whole. */
  forget(): void {
    this.#painted = [];
  }

  paint(lines: readonly FrameLine[], { columns, skin }: { readonly columns: number; readonly skin: SkinName }): void {
    const frame = lines.map((each) => terminalLine(each, columns, skin));
    const changed = frame.flatMap((text, at) => (text === this.#painted[at] ? [] : [`\u001b[${at + 1};1H${text}`]));
    this.#painted = frame;
    if (changed.length > 0) this.#write(`${BEGIN_FRAME}${changed.join("")}${END_FRAME}`);
  }
}

/** A line as a terminal takes it, as wide as the screen: what was there before is written over, not erased first. */
export function terminalLine({ spans, isSelected = false }: FrameLine, columns: number, skin: SkinName): string {
  const clipped = clippedSpans(spans, columns);
  const width = clipped.reduce((sum, { text }) => sum + textWidth(text), 0);
  const text = clipped.map(({ text: own, tone = "plain" }) => styled(own, SKINS[skin][tone])).join("");
  const shown = isSelected ? `\u001b[7m${text}\u001b[27m` : text;
  return shown + " ".repeat(Math.max(0, columns - width));
}

/** Undoes only what it does: a selected line stays so. */
const styled = (text: string, codes: string): string =>
  codes === "" ? text : `\u001b[${codes}m${text}\u001b[22;24;39m`;
