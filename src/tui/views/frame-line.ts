import { clipped, printable, textWidth } from "../../lib/terminal-text.ts";
import type { Tone } from "../state/tone.ts";

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

/** One line of the screen: what it says, and what each part of it means. */
export interface FrameLine {
  readonly spans: readonly Span[];
  /** Under the cursor, or found. */
  readonly isSelected?: boolean;
}

/** A line of one meaning. */
export const line = (text: string, tone: Tone = "plain"): FrameLine => ({ spans: [{ text, tone }] });

/** The spans as far as they fit in `width` cells, without anything that could steer a terminal. */
export function clippedSpans(spans: readonly Span[], width: number): readonly Span[] {
  let room = width;
  return spans.flatMap((span) => {
    const text = clipped(printable(span.text), room);
    room -= textWidth(text);
    return text === "" ? [] : [{ ...span, text }];
  });
}
