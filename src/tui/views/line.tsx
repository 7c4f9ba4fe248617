import { Text } from "ink";
import type { ReactElement } from "react";

import { clipped, printable, textWidth } from "../../lib/terminal-text.ts";

/** What a piece of text means; the skin says how that looks. */
export type Tone = "plain" | "strong" | "faint" | "heading" | "good" | "pending" | "bad" | "leaving" | "accent" | "key";

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

/** Only the 16 colours that every terminal has and that follow the user's own theme, light or dark. */
const SKIN: Readonly<Record<Tone, { color?: string; bold?: boolean; dimColor?: boolean }>> = {
  plain: {},
  strong: { bold: true },
  faint: { dimColor: true },
  heading: { bold: true, color: "cyan" },
  good: { color: "green" },
  pending: { color: "yellow" },
  bad: { color: "red" },
  leaving: { color: "magenta" },
  accent: { color: "cyan" },
  key: { bold: true, color: "blue" },
};

/** One line of the screen, whatever is in its text: here is where nothing that steers a terminal gets through. What does not fit is cut, never wrapped: a frame has exactly as many lines as the terminal. */
export function Line({ spans, isSelected = false }: { spans: readonly Span[]; isSelected?: boolean }): ReactElement {
  return (
    <Text wrap="truncate-end" inverse={isSelected}>
      {spans.length === 0
        ? " "
        : spans.map(({ text, tone = "plain" }, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- spans of a line have no identity but their place
            <Text key={at} {...SKIN[tone]}>
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
