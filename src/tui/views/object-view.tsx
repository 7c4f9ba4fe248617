import type { ReactElement } from "react";

import { textMatcher } from "../../feeds/row-filter.ts";
import { clipped } from "../../lib/terminal-text.ts";
import { objectLines } from "../state/object-lines.ts";
import { bodyHeight, type ObjectScreen, type State } from "../state/state.ts";
import { Line, type Span } from "./line.tsx";

const TAB_TITLES = { yaml: "YAML", events: "Events", related: "Related" } as const;

/** One object as text, in the part that is scrolled to. */
export function ObjectView({ state, screen }: { state: State; screen: ObjectScreen }): ReactElement {
  const lines = objectLines(state, screen);
  const height = bodyHeight(state);
  const top = Math.max(0, Math.min(screen.top, lines.length - height));
  const isMatch = screen.search === "" ? () => false : textMatcher(screen.search);
  return (
    <>
      <Line spans={tabs(screen)} />
      {lines.slice(top, top + height).map(({ text, tone }, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line of text is its place
        <Line key={at} isSelected={isMatch(text)} spans={[{ text: clipped(text, state.size.columns), tone }]} />
      ))}
    </>
  );
}

function tabs({ tab }: ObjectScreen): readonly Span[] {
  return (["yaml", "events", "related"] as const).map((each) => ({
    text: ` ${TAB_TITLES[each]} `,
    tone: each === tab ? "heading" : "faint",
  }));
}
