import { feedKey } from "../../feeds/feed.ts";
import { textMatcher } from "../../feeds/row-filter.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import type { KeyBinding } from "./key-binding.ts";
import { lastLogLine, logWindow } from "./log-window.ts";
import { objectLines } from "./object-lines.ts";
import { logsScreen, objectSelection } from "./screens.ts";
import {
  bodyHeight,
  type ContainersScreen,
  currentScreen,
  type LogsScreen,
  type ObjectScreen,
  type ObjectTab,
  pushScreen,
  type State,
  step,
  type Step,
  withScreen,
} from "./state.ts";

const ON_OBJECT = ["object"] as const;
const ON_LOGS = ["logs"] as const;
const ON_CONTAINERS = ["containers"] as const;
const TABS: readonly ObjectTab[] = ["yaml", "events", "related"];

/** Keys of everything that is no table. */
export const viewKeys: readonly KeyBinding[] = [
  { keys: ["j", "down"], on: ON_OBJECT, description: "Down", run: (state) => scrolled(state, 1) },
  { keys: ["k", "up"], on: ON_OBJECT, description: "Up", run: (state) => scrolled(state, -1) },
  {
    keys: ["pagedown", "ctrl-f", "space"],
    on: ON_OBJECT,
    description: "Page down",
    run: (state) => scrolled(state, bodyHeight(state)),
  },
  {
    keys: ["pageup", "ctrl-b"],
    on: ON_OBJECT,
    description: "Page up",
    run: (state) => scrolled(state, -bodyHeight(state)),
  },
  { keys: ["g", "home"], on: ON_OBJECT, description: "Top", run: (state) => scrolled(state, -Infinity) },
  { keys: ["G", "end"], on: ON_OBJECT, description: "End", run: (state) => scrolled(state, Infinity) },
  { keys: ["tab"], on: ON_OBJECT, description: "YAML, events, related objects", run: onObject(nextTab) },
  {
    keys: ["x"],
    on: ON_OBJECT,
    description: "Show or hide secrets",
    run: onObject((screen) => ({ ...screen, showsSecrets: !screen.showsSecrets })),
  },
  {
    keys: ["m"],
    on: ON_OBJECT,
    description: "Show or hide managed fields",
    run: onObject((screen) => ({ ...screen, showsManagedFields: !screen.showsManagedFields })),
  },
  { keys: ["n"], on: ON_OBJECT, description: "Next match", run: (state) => toMatch(state, 1) },
  { keys: ["N"], on: ON_OBJECT, description: "Match before", run: (state) => toMatch(state, -1) },

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
    description: "Follow",
    run: onLogs((screen) => ({ ...screen, bottom: undefined })),
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
    keys: ["p"],
    on: ON_LOGS,
    description: "Previous container, or the current one",
    run: onLogs((screen) => ({ ...screen, isPrevious: !screen.isPrevious, bottom: undefined })),
  },

  {
    keys: ["j", "down"],
    on: ON_CONTAINERS,
    description: "Down",
    run: (state) => onContainers(state, (screen) => ({ ...screen, cursor: screen.cursor + 1 })),
  },
  {
    keys: ["k", "up"],
    on: ON_CONTAINERS,
    description: "Up",
    run: (state) => onContainers(state, (screen) => ({ ...screen, cursor: screen.cursor - 1 })),
  },
  { keys: ["enter", "l"], on: ON_CONTAINERS, description: "Logs", run: (state) => openContainerLogs(state, false) },
  {
    keys: ["p"],
    on: ON_CONTAINERS,
    description: "Logs of the previous container",
    run: (state) => openContainerLogs(state, true),
  },
  { keys: ["s"], on: ON_CONTAINERS, description: "Shell", isChange: true, run: openShell },

  { keys: ["j", "down"], on: ["help"], description: "Down", run: (state) => scrolledHelp(state, 1) },
  { keys: ["k", "up"], on: ["help"], description: "Up", run: (state) => scrolledHelp(state, -1) },
];

function onObject(change: (screen: ObjectScreen) => ObjectScreen): (state: State) => Step {
  return (state) => {
    const screen = currentScreen(state);
    return step(screen.kind === "object" ? withScreen(state, change(screen)) : state);
  };
}

function scrolled(state: State, by: number): Step {
  return onObject((screen) => {
    const lowest = Math.max(0, objectLines(state, screen).length - bodyHeight(state));
    return { ...screen, top: Math.max(0, Math.min(lowest, screen.top + by)) };
  })(state);
}

function nextTab(screen: ObjectScreen): ObjectScreen {
  return { ...screen, tab: TABS[(TABS.indexOf(screen.tab) + 1) % TABS.length] ?? "yaml", top: 0 };
}

function toMatch(state: State, direction: 1 | -1): Step {
  return onObject((screen) => {
    if (screen.search === "") return screen;
    const matches = textMatcher(screen.search);
    const found = objectLines(state, screen).flatMap(({ text }, at) => (matches(text) ? [at] : []));
    const next =
      direction > 0
        ? (found.find((at) => at > screen.top) ?? found[0])
        : (found.findLast((at) => at < screen.top) ?? found.at(-1));
    return { ...screen, top: next ?? screen.top };
  })(state);
}

function onLogs(change: (screen: LogsScreen) => LogsScreen): (state: State) => Step {
  return (state) => {
    const screen = currentScreen(state);
    return step(screen.kind === "logs" ? withScreen(state, change(screen)) : state);
  };
}

function scrolledLog(state: State, by: number): Step {
  return onLogs((screen) => {
    const { lines } = logWindow(state.logs, screen);
    const last = lines.length - 1;
    const at = Math.max(Math.min(last, bodyHeight(state) - 1), Math.min(last, lastLogLine(lines, screen.bottom) + by));
    return { ...screen, bottom: at >= last ? undefined : lines[at]?.sequence };
  })(state);
}

export function containersOf(
  state: State,
  { pod }: ContainersScreen,
): readonly { readonly name: string; readonly isInit: boolean }[] {
  const spec = objectIn(state.feeds[feedKey(objectSelection(pod))]?.rows[0]?.object ?? {}, "spec");
  const named = (key: string, isInit: boolean) =>
    objectsIn(spec, key).map((container) => ({ name: textIn(container, "name"), isInit }));
  return [...named("initContainers", true), ...named("containers", false), ...named("ephemeralContainers", false)];
}

function onContainers(state: State, change: (screen: ContainersScreen) => ContainersScreen): Step {
  const screen = currentScreen(state);
  if (screen.kind !== "containers") return step(state);
  const changed = change(screen);
  const cursor = Math.max(0, Math.min(containersOf(state, screen).length - 1, changed.cursor));
  return step(withScreen(state, { ...changed, cursor }));
}

function openContainerLogs(state: State, isPrevious: boolean): Step {
  const screen = currentScreen(state);
  const container = screen.kind === "containers" ? containersOf(state, screen)[screen.cursor]?.name : undefined;
  if (screen.kind !== "containers" || container === undefined) return step(state);
  return step(pushScreen(state, logsScreen(screen.pod, { container, isPrevious })));
}

function openShell(state: State): Step {
  const screen = currentScreen(state);
  if (screen.kind !== "containers") return step(state);
  const container = containersOf(state, screen)[screen.cursor]?.name;
  return step(state, { type: "shell", pod: screen.pod, container });
}

function scrolledHelp(state: State, by: number): Step {
  const screen = currentScreen(state);
  return step(screen.kind === "help" ? withScreen(state, { ...screen, top: Math.max(0, screen.top + by) }) : state);
}
