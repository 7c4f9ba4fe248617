import { textMatcher } from "../../feeds/row-filter.ts";
import { textScreenLines } from "../state/object-lines.ts";
import { bodyHeight, type State, type TextScreen } from "../state/state.ts";
import { type FrameLine, line } from "./frame-line.ts";

/** What a command wrote, in the part that is scrolled to. */
export function textFrameLines(state: State, screen: TextScreen): readonly FrameLine[] {
  const isMatch = screen.search === "" ? () => false : textMatcher(screen.search);
  const lines = textScreenLines(state, screen).slice(screen.top, screen.top + bodyHeight(state));
  return [line(` ${screen.title}`, "heading"), ...lines.map((text) => ({ ...line(text), isSelected: isMatch(text) }))];
}
