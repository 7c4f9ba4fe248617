import { textMatcher } from "../../feeds/row-filter.ts";
import { plainLine } from "../../lib/terminal-text.ts";
import type { KeyBinding } from "./key-binding.ts";
import { objectLines, textScreenLines } from "./object-lines.ts";
import { logsScreen, objectScreen } from "./screens.ts";
import {
  bodyHeight,
  currentScreen,
  type ObjectScreen,
  type ObjectTab,
  pushScreen,
  type State,
  step,
  type Step,
  withScreen,
} from "./state.ts";
import { isOn } from "./targets.ts";

const ON_OBJECT = ["object"] as const;
const ON_TEXT = ["object", "text", "help"] as const;
const TABS: readonly ObjectTab[] = ["describe", "yaml", "events", "related", "diff"];

/** Keys of what is read from top to bottom. */
export const objectKeys: readonly KeyBinding[] = [
  { keys: ["j", "down"], on: ON_TEXT, description: "Down", run: (state) => moved(state, 1) },
  { keys: ["k", "up"], on: ON_TEXT, description: "Up", run: (state) => moved(state, -1) },
  {
    keys: ["pagedown", "ctrl-f", "space"],
    on: ON_TEXT,
    description: "Page down",
    run: (state) => moved(state, bodyHeight(state)),
  },
  { keys: ["pageup", "ctrl-b"], on: ON_TEXT, description: "Page up", run: (state) => moved(state, -bodyHeight(state)) },
  { keys: ["g", "home"], on: ON_TEXT, description: "Top", run: (state) => moved(state, -Infinity) },
  { keys: ["G", "end"], on: ON_TEXT, description: "End", run: (state) => moved(state, Infinity) },
  {
    keys: ["tab"],
    on: ON_OBJECT,
    description: "Next: describe, YAML, events, related, diff",
    run: onObject((screen) => withTab(screen, TABS[(TABS.indexOf(screen.tab) + 1) % TABS.length] ?? "describe")),
  },
  ...tabKeys(),
  {
    keys: ["enter"],
    on: ON_OBJECT,
    description: "Open the related object",
    applies: (state) => chosenRelated(state) !== undefined,
    run: openRelated,
  },
  {
    keys: ["l"],
    on: ON_OBJECT,
    description: "Logs",
    applies: isOn("pods"),
    run: (state) => {
      const screen = currentScreen(state);
      return step(screen.kind === "object" ? pushScreen(state, logsScreen(screen.address)) : state);
    },
  },
  {
    keys: ["x"],
    on: ON_OBJECT,
    description: "Show or hide secrets",
    applies: (state) => {
      const screen = currentScreen(state);
      return screen.kind === "object" && (screen.tab === "yaml" || screen.tab === "diff");
    },
    run: onObject((screen) => ({ ...screen, showsSecrets: !screen.showsSecrets })),
  },
  {
    keys: ["m"],
    on: ON_OBJECT,
    description: "Show or hide managed fields",
    applies: (state) => {
      const screen = currentScreen(state);
      return screen.kind === "object" && screen.tab === "yaml";
    },
    run: onObject((screen) => ({ ...screen, showsManagedFields: !screen.showsManagedFields })),
  },
  { keys: ["n"], on: ["object", "text"], description: "Next match", run: (state) => toMatch(state, 1) },
  { keys: ["N"], on: ["object", "text"], description: "Match before", run: (state) => toMatch(state, -1) },
  { keys: ["w"], on: ["object", "text"], description: "Wrap long lines", run: toggledWrap },
  { keys: ["c"], on: ["object", "text"], description: "Copy the text", run: copied },
];

function tabKeys(): readonly KeyBinding[] {
  const tabs = [
    ["d", "describe", "Describe"],
    ["y", "yaml", "YAML"],
    ["v", "events", "Events"],
    ["o", "related", "Related objects"],
    ["D", "diff", "Differences from what was applied"],
    ["W", "why", "Why is it as it is?"],
    ["H", "history", "Its history"],
  ] as const;
  return tabs.map(([key, tab, description]) => ({
    keys: [key],
    on: ON_OBJECT,
    description,
    run: onObject((screen) => withTab(screen, tab)),
  }));
}

const withTab = (screen: ObjectScreen, tab: ObjectTab): ObjectScreen => ({ ...screen, tab, top: 0, cursor: 0 });

function onObject(change: (screen: ObjectScreen) => ObjectScreen): (state: State) => Step {
  return (state) => {
    const screen = currentScreen(state);
    return step(screen.kind === "object" ? withScreen(state, change(screen)) : state);
  };
}

/** The lines of what is read, without their colours. */
function readLines(state: State): readonly string[] {
  const screen = currentScreen(state);
  if (screen.kind === "object") return objectLines(state, screen).map(({ text }) => text);
  return screen.kind === "text" ? textScreenLines(state, screen) : [];
}

/** Scrolls; in the tree of related objects it is the choice that moves, and the screen follows. */
export function moved(state: State, by: number): Step {
  const screen = currentScreen(state);
  const height = bodyHeight(state);
  if (screen.kind === "help") return step(withScreen(state, { ...screen, top: within(screen.top + by, 0, 1000) }));
  if (screen.kind !== "object" && screen.kind !== "text") return step(state);
  const count = readLines(state).length;
  if (screen.kind === "object" && screen.tab === "related") {
    const cursor = within(screen.cursor + by, 0, count - 1);
    const top = within(screen.top, cursor - height + 1, cursor);
    return step(withScreen(state, { ...screen, cursor, top }));
  }
  return step(withScreen(state, { ...screen, top: within(screen.top + by, 0, count - height) }));
}

const within = (value: number, least: number, most: number): number => Math.max(0, least, Math.min(most, value));

function toMatch(state: State, direction: 1 | -1): Step {
  const screen = currentScreen(state);
  if ((screen.kind !== "object" && screen.kind !== "text") || screen.search === "") return step(state);
  const matches = textMatcher(screen.search);
  const found = readLines(state).flatMap((text, at) => (matches(plainLine(text)) ? [at] : []));
  const isTree = screen.kind === "object" && screen.tab === "related";
  const from = isTree ? screen.cursor : screen.top;
  const next =
    direction > 0 ? (found.find((at) => at > from) ?? found[0]) : (found.findLast((at) => at < from) ?? found.at(-1));
  if (next === undefined) return step(state);
  if (isTree) return moved(state, next - from);
  return step(withScreen(state, { ...screen, top: next }));
}

function chosenRelated(state: State) {
  const screen = currentScreen(state);
  if (screen.kind !== "object" || screen.tab !== "related") return undefined;
  return objectLines(state, screen)[screen.cursor]?.target;
}

function openRelated(state: State): Step {
  const target = chosenRelated(state);
  return step(target ? pushScreen(state, objectScreen(target.address, target.uid, "related")) : state);
}

function toggledWrap(state: State): Step {
  const screen = currentScreen(state);
  if (screen.kind !== "object" && screen.kind !== "text") return step(state);
  return step(withScreen(state, { ...screen, isWrapped: !screen.isWrapped, top: 0 }));
}

/** As it is, not as the screen breaks it. */
function copied(state: State): Step {
  const screen = currentScreen(state);
  const isText = screen.kind === "object" || screen.kind === "text";
  const whole = isText ? readLines(withScreen(state, { ...screen, isWrapped: false })) : [];
  return step(state, { type: "copy", text: `${whole.join("\n")}\n`, what: "The text" });
}
