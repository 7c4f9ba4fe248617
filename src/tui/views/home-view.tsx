import type { ReactElement } from "react";

import { homeLines } from "../state/home-lines.ts";
import { bodyHeight, type HomeScreen, type State } from "../state/state.ts";
import { clippedSpans, Line } from "./line.tsx";

/** The cluster at a glance, as far as there is room; it scrolls with the line that is chosen. */
export function HomeView({ state, screen }: { state: State; screen: HomeScreen }): ReactElement {
  const lines = homeLines(state);
  const height = bodyHeight(state);
  const targets = lines.flatMap(({ target }, at) => (target ? [at] : []));
  const chosen = screen.cursor === undefined ? undefined : targets[screen.cursor];
  const top = Math.max(0, (chosen ?? 0) - height + 1);
  return (
    <>
      <Line spans={[{ text: " Cluster", tone: "heading" }]} />
      {lines.slice(top, top + height).map(({ key, spans }, at) => (
        <Line key={key} isSelected={top + at === chosen} spans={clippedSpans(spans, state.size.columns)} />
      ))}
    </>
  );
}
