import { homeLines } from "../state/home-lines.ts";
import { bodyHeight, type HomeScreen, type State } from "../state/state.ts";
import { clippedSpans, type FrameLine, line } from "./frame-line.ts";

/** The cluster at a glance, as far as there is room; it scrolls with the line that is chosen. */
export function homeScreenLines(state: State, screen: HomeScreen): readonly FrameLine[] {
  const lines = homeLines(state);
  const height = bodyHeight(state);
  const targets = lines.flatMap(({ target }, at) => (target ? [at] : []));
  const chosen = screen.cursor === undefined ? undefined : targets[screen.cursor];
  const top = Math.max(0, (chosen ?? 0) - height + 1);
  return [
    line(" Cluster", "heading"),
    ...lines.slice(top, top + height).map(({ spans }, at) => ({
      spans: clippedSpans(spans, state.size.columns),
      isSelected: top + at === chosen,
    })),
  ];
}
