import { Text } from "ink";
import { createContext, type ReactElement, useContext } from "react";

import { clipped, printable, textWidth } from "../../lib/terminal-text.ts";
import type { SkinName } from "../state/state.ts";
import type { Tone } from "../state/tone.ts";

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

interface Style {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly underline?: boolean;
}

/** Only the 16 colours that every terminal has and that follow the user's own theme. */
const DARK: Readonly<Record<Tone, Style>> = {
  plain: {},
  strong: { bold: true },
  faint: { dimColor: true },
  heading: { bold: true, color: "cyan" },
  good: { color: "green" },
  pending: { color: "yellow" },
  bad: { color: "red" },
  leaving: { color: "magenta" },
  accent: { color: "cyan" },
  key: { bold: true, color: "blueBright" },
};

const SKINS: Readonly<Record<SkinName, Readonly<Record<Tone, Style>>>> = {
  dark: DARK,
  // Yellow and cyan cannot be read on white, and faint text is nearly gone.
  light: {
    ...DARK,
    faint: { color: "blackBright" },
    heading: { bold: true, color: "blue" },
    pending: { bold: true, color: "magenta" },
    leaving: { color: "blackBright" },
    accent: { color: "blue" },
    key: { bold: true, color: "blue" },
  },
  plain: {
    plain: {},
    strong: { bold: true },
    faint: {},
    heading: { bold: true },
    good: {},
    pending: { underline: true },
    bad: { bold: true, underline: true },
    leaving: {},
    accent: {},
    key: { bold: true },
  },
};

export const SkinContext = createContext<SkinName>("dark");

/** One line of the screen, whatever is in its text: here is where nothing that steers a terminal gets through. What does not fit is cut, never wrapped: a frame has exactly as many lines as the terminal. */
export function Line({ spans, isSelected = false }: { spans: readonly Span[]; isSelected?: boolean }): ReactElement {
  const skin = SKINS[useContext(SkinContext)];
  return (
    <Text wrap="truncate-end" inverse={isSelected}>
      {spans.length === 0
        ? " "
        : spans.map(({ text, tone = "plain" }, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- spans of a line have no identity but their place
            <Text key={at} {...skin[tone]}>
              {text === "" ? " " : printable(text)}
            </Text>
          ))}
    </Text>
  );
}

/** The spans as far as they fit in `width` cells. */
export function clippedSpans(spans: readonly Span[], width: number): readonly Span[] {
  let room = width;
  return spans.flatMap((span) => {
    const text = clipped(printable(span.text), room);
    room -= textWidth(text);
    return text === "" ? [] : [{ ...span, text }];
  });
}
