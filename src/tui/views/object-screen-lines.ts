import { textMatcher } from "../../feeds/row-filter.ts";
import { type ObjectLine, objectLines } from "../state/object-lines.ts";
import { bodyHeight, type ObjectScreen, type ObjectTab, type State } from "../state/state.ts";
import type { FrameLine, Span } from "./frame-line.ts";

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
export function objectScreenLines(state: State, screen: ObjectScreen): readonly FrameLine[] {
  const lines = objectLines(state, screen);
  const height = bodyHeight(state);
  const top = Math.max(0, Math.min(screen.top, lines.length - height));
  const isMatch = screen.search === "" ? () => false : textMatcher(screen.search);
  return [
    { spans: tabs(screen, state.size.columns) },
    ...lines.slice(top, top + height).map((shown, at) => ({
      spans: lineSpans(shown, screen.tab),
      isSelected: isMatch(shown.text) || (screen.tab === "related" && top + at === screen.cursor),
    })),
  ];
}

const YAML_KEY = /^(\s*(?:- )?)([^\s:#'"][^:]*:)(?= |$)/;
const DESCRIBE_KEY = /^( *)([A-Z][^:]*:)(?= |$)/;

/** What names a value stands out from it. */
function lineSpans({ text, tone }: Pick<ObjectLine, "text" | "tone">, tab: ObjectTab): readonly Span[] {
  const key = tab === "yaml" ? YAML_KEY : tab === "describe" ? DESCRIBE_KEY : undefined;
  const found = tone === "plain" ? key?.exec(text) : undefined;
  if (!found) return [{ text, tone }];
  const [all, before = "", name = ""] = found;
  return [
    ...(before === "" ? [] : [{ text: before }]),
    { text: name, tone: "accent" as const },
    ...(all.length === text.length ? [] : [{ text: text.slice(all.length) }]),
  ];
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
