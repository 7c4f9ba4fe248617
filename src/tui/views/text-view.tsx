import type { ReactElement } from "react";

import { textMatcher } from "../../feeds/row-filter.ts";
import { clipped } from "../../lib/terminal-text.ts";
import { textLines } from "../state/object-lines.ts";
import { bodyHeight, type State, type TextScreen } from "../state/state.ts";
import { Line } from "./line.tsx";

/** What a command wrote, in the part that is scrolled to. */
export function TextView({ state, screen }: { state: State; screen: TextScreen }): ReactElement {
  const isMatch = screen.search === "" ? () => false : textMatcher(screen.search);
  const lines = textLines(screen.text).slice(screen.top, screen.top + bodyHeight(state));
  return (
    <>
      <Line spans={[{ text: ` ${clipped(screen.title, state.size.columns - 1)}`, tone: "heading" }]} />
      {lines.map((text, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line of text is its place
        <Line key={at} isSelected={isMatch(text)} spans={[{ text: clipped(text, state.size.columns) }]} />
      ))}
    </>
  );
}
