import { textMatcher } from "../../feeds/row-filter.ts";
import type { KeyBinding } from "./key-binding.ts";
import { lastLogLine, logText, logWindow, shownText } from "./log-window.ts";
import { bodyHeight, currentScreen, type LogsScreen, type State, step, type Step, withScreen } from "./state.ts";

const ON_LOGS = ["logs"] as const;

/** Since when, by number as in k9s; undefined is the end of the log. */
const SINCE_SECONDS: Readonly<Record<string, number | undefined>> = {
  "0": undefined,
  "1": Number.MAX_SAFE_INTEGER,
  "2": 60,
  "3": 300,
  "4": 900,
  "5": 1800,
  "6": 3600,
};

export const logKeys: readonly KeyBinding[] = [
  { keys: ["j", "down"], on: ON_LOGS, description: "Down", run: (state) => scrolledLog(state, 1) },
  { keys: ["k", "up"], on: ON_LOGS, description: "Up, and stop following", run: (state) => scrolledLog(state, -1) },
  {
    keys: ["pagedown", "ctrl-f", "space"],
    on: ON_LOGS,
    description: "Page down",
    run: (state) => scrolledLog(state, bodyHeight(state)),
  },
  {
    keys: ["pageup", "ctrl-b"],
    on: ON_LOGS,
    description: "Page up",
    run: (state) => scrolledLog(state, -bodyHeight(state)),
  },
  { keys: ["g", "home"], on: ON_LOGS, description: "Oldest line", run: (state) => scrolledLog(state, -Infinity) },
  {
    keys: ["G", "end", "f"],
    on: ON_LOGS,
    description: "Newest line, and follow",
    run: onLogs((screen) => ({ ...screen, bottom: undefined })),
  },
  { keys: ["s"], on: ON_LOGS, description: "Follow, or stay here", run: toggledFollowing },
  {
    keys: Object.keys(SINCE_SECONDS),
    on: ON_LOGS,
    description: "Since: end (0), all (1), 1m 5m 15m 30m 1h (2-6)",
    run: (state, key) =>
      onLogs((screen) => ({ ...screen, sinceSeconds: SINCE_SECONDS[key], bottom: undefined }))(state),
  },
  {
    keys: ["w"],
    on: ON_LOGS,
    description: "Wrap long lines",
    run: onLogs((screen) => ({ ...screen, isWrapped: !screen.isWrapped })),
  },
  {
    keys: ["t"],
    on: ON_LOGS,
    description: "Timestamps",
    run: onLogs((screen) => ({ ...screen, hasTimestamps: !screen.hasTimestamps })),
  },
  {
    keys: ["J"],
    on: ON_LOGS,
    description: "JSON as one reads it, or as it is",
    run: onLogs((screen) => ({ ...screen, isReadable: !screen.isReadable })),
  },
  {
    keys: ["p"],
    on: ON_LOGS,
    description: "Previous container, or the current one",
    run: onLogs((screen) => ({ ...screen, isPrevious: !screen.isPrevious, bottom: undefined })),
  },
  {
    keys: ["S"],
    on: ON_LOGS,
    description: "Search: marks lines and hides none",
    run: (state) => step({ ...state, prompt: { kind: "input", ask: { type: "search" }, label: "Search: ", text: "" } }),
  },
  { keys: ["n"], on: ON_LOGS, description: "Next match", run: (state) => toMatch(state, 1) },
  { keys: ["N"], on: ON_LOGS, description: "Match before", run: (state) => toMatch(state, -1) },
  {
    keys: ["c"],
    on: ON_LOGS,
    description: "Copy the lines",
    run: (state) => step(state, { type: "copy", text: logText(state), what: "The log" }),
  },
  { keys: ["ctrl-s"], on: ON_LOGS, description: "Save the lines", run: askWhere },
  {
    keys: ["C"],
    on: ON_LOGS,
    description: "Clear: only what comes from now on",
    run: (state) => step({ ...state, logs: { ...state.logs, lines: [] } }),
  },
];

function onLogs(change: (screen: LogsScreen) => LogsScreen): (state: State) => Step {
  return (state) => {
    const screen = currentScreen(state);
    return step(screen.kind === "logs" ? withScreen(state, change(screen)) : state);
  };
}

export function scrolledLog(state: State, by: number): Step {
  return onLogs((screen) => {
    const { lines } = logWindow(state.logs, screen);
    const last = lines.length - 1;
    const at = Math.max(Math.min(last, bodyHeight(state) - 1), Math.min(last, lastLogLine(lines, screen.bottom) + by));
    return { ...screen, bottom: at >= last ? undefined : lines[at]?.sequence };
  })(state);
}

function toggledFollowing(state: State): Step {
  return onLogs((screen) => ({
    ...screen,
    bottom: screen.bottom === undefined ? logWindow(state.logs, screen).lines.at(-1)?.sequence : undefined,
  }))(state);
}

/** Brings the next line that has what is searched for to the end of the screen. */
function toMatch(state: State, direction: 1 | -1): Step {
  return onLogs((screen) => {
    if (screen.search === "") return screen;
    const matches = textMatcher(screen.search);
    const { lines } = logWindow(state.logs, screen);
    const from = lastLogLine(lines, screen.bottom);
    const isFound = (line: (typeof lines)[number]): boolean => matches(shownText(line, screen));
    const at =
      direction > 0
        ? lines.findIndex((line, index) => index > from && isFound(line))
        : lines.slice(0, Math.max(0, from)).findLastIndex(isFound);
    return at < 0 ? screen : { ...screen, bottom: lines[at]?.sequence };
  })(state);
}

function askWhere(state: State): Step {
  const screen = currentScreen(state);
  if (screen.kind !== "logs") return step(state);
  const text = `${screen.of.name}.log`;
  return step({ ...state, prompt: { kind: "input", ask: { type: "save" }, label: "Save as: ", text } });
}
