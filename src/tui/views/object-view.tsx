import type { ReactElement } from "react";

import { textMatcher } from "../../feeds/row-filter.ts";
import { clipped } from "../../lib/terminal-text.ts";
import { objectLines } from "../state/object-lines.ts";
import { bodyHeight, type ObjectScreen, type ObjectTab, type State } from "../state/state.ts";
import { Line, type Span } from "./line.tsx";

const TAB_TITLES: Readonly<Record<ObjectTab, string>> = {
  describe: "Describe",
  yaml: "YAML",
  events: "Events",
  related: "Related",
  diff: "Diff",
  why: "Why",
  history: "History",
};

/** One object as text, in the part that is scrolled to. */
export function ObjectView({ state, screen }: { state: State; screen: ObjectScreen }): ReactElement {
  const lines = objectLines(state, screen);
  const height = bodyHeight(state);
  const top = Math.max(0, Math.min(screen.top, lines.length - height));
  const isMatch = screen.search === "" ? () => false : textMatcher(screen.search);
  return (
    <>
      <Line spans={tabs(screen, state.size.columns)} />
      {lines.slice(top, top + height).map(({ text, tone }, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line of text is its place
        <Line
          key={at}
          isSelected={isMatch(text) || (screen.tab === "related" && top + at === screen.cursor)}
          spans={[{ text: clipped(text, state.size.columns), tone }]}
        />
      ))}
    </>
  );
}

/** All of them where there is room, and else the one that is open. */
function tabs({ tab }: ObjectScreen, width: number): readonly Span[] {
  const all = Object.entries(TAB_TITLES).map(([each, title]): Span => ({
    text: ` ${title} `,
    tone: each === tab ? "heading" : "faint",
  }));
  const room = all.reduce((sum, { text }) => sum + text.length, 0);
  return room <= width ? all : [{ text: ` ${TAB_TITLES[tab]} `, tone: "heading" }];
}
