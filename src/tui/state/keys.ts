import { changeKeys } from "./change-keys.ts";
import { containerKeys } from "./container-keys.ts";
import { homeKeys } from "./home-keys.ts";
import { isForbiddenNow, type KeyBinding } from "./key-binding.ts";
import { listKeys } from "./list-keys.ts";
import { logKeys } from "./log-keys.ts";
import { objectKeys } from "./object-keys.ts";
import { filterOf, withFilter } from "./prompt-keys.ts";
import { inNamespace, openedList, runCommand } from "./run-command.ts";
import {
  currentScreen,
  popScreen,
  pushScreen,
  type ScreenKind,
  type State,
  step,
  type Step,
  withScreen,
} from "./state.ts";
import { sortKeys, tableKeys } from "./table-keys.ts";
import { targets, targetsText } from "./targets.ts";

const EVERYWHERE = ["home", "table", "object", "containers", "logs", "list", "text", "help"] as const;
const NAMESPACE_NUMBERS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

const generalKeys: readonly KeyBinding[] = [
  {
    keys: [":"],
    on: EVERYWHERE,
    description: "Command: any resource, then a namespace and a /filter",
    run: (state) => step({ ...state, notice: undefined, prompt: { kind: "command", text: "", historyAt: undefined } }),
  },
  {
    keys: ["/"],
    on: ["table", "object", "logs", "list", "text"],
    description: "Filter: text, regex, !not, -l labels, -f fuzzy",
    run: (state) => step({ ...state, notice: undefined, prompt: { kind: "filter", text: "" } }),
  },
  {
    keys: ["escape"],
    on: EVERYWHERE,
    description: "Clear the filter and marks, or go back",
    run: (state) => step(back(state)),
  },
  {
    keys: NAMESPACE_NUMBERS,
    on: ["home", "table"],
    description: "All namespaces (0), or a recent one (1-9)",
    run: (state, key) => step(numberedNamespace(state, Number(key))),
  },
  {
    keys: ["?"],
    on: ["home", "table", "object", "containers", "logs", "list", "text"],
    description: "Help",
    run: (state) => step(pushScreen(state, { kind: "help", top: 0, about: currentScreen(state).kind })),
  },
  {
    keys: ["f"],
    on: ["home", "table", "object", "containers"],
    description: "Port-forwards that are open",
    run: (state) => openedList(state, "forwards"),
  },
  { keys: ["ctrl-a"], on: EVERYWHERE, description: "All resources", run: (state) => openedList(state, "aliases") },
  {
    keys: ["-"],
    on: EVERYWHERE,
    description: "The command before",
    applies: ({ history }) => history.length > 1,
    run: (state) => runCommand(state, state.history.at(-2) ?? ""),
  },
  {
    keys: ["ctrl-r"],
    on: EVERYWHERE,
    description: "Ask the server anew",
    run: (state) => step({ ...state, feeds: {}, texts: {}, access: {} }, { type: "refresh" }),
  },
  { keys: ["q", "ctrl-c"], on: EVERYWHERE, description: "Quit", run: (state) => step(state, { type: "quit" }) },
];

/** Every key of the dashboard. Help is made of this. */
const keyTable: readonly KeyBinding[] = [
  ...homeKeys,
  ...tableKeys,
  ...changeKeys,
  ...sortKeys,
  ...containerKeys,
  ...objectKeys,
  ...logKeys,
  ...listKeys,
  ...generalKeys,
];

/** The keys that can be used on a screen; without changes in read-only mode. */
export function bindingsOn(state: State, kind: ScreenKind): readonly KeyBinding[] {
  return keyTable.filter(({ on, isChange }) => on.includes(kind) && !(isChange === true && state.isReadOnly));
}

export function screenKey(state: State, key: string): Step {
  const binding = bindingsOn(state, currentScreen(state).kind).find(
    ({ keys, applies }) => keys.includes(key) && (applies?.(state) ?? true),
  );
  if (!binding) return step(state);
  if (isForbiddenNow(binding, state)) {
    const what = `${binding.needs?.verb ?? ""} ${targetsText(targets(state))}`;
    return step({ ...state, notice: { tone: "bad", text: `Not allowed: you may not ${what}` } });
  }
  return binding.run({ ...state, notice: undefined }, key);
}

function back(state: State): State {
  const screen = currentScreen(state);
  if (filterOf(state) !== "") return withFilter(state, "");
  if (screen.kind === "logs" && screen.search !== "") return withScreen(state, { ...screen, search: "" });
  if (screen.kind === "table" && screen.marks.size > 0) return withScreen(state, { ...screen, marks: new Set() });
  return popScreen(state);
}

function numberedNamespace(state: State, number: number): State {
  if (number === 0) return inNamespace(state, "all");
  const name = state.recentNamespaces[number - 1];
  return name === undefined ? state : inNamespace(state, name);
}
