import { changeKeys } from "./change-keys.ts";
import type { KeyBinding } from "./key-binding.ts";
import { withFilter } from "./prompt-keys.ts";
import { inNamespace } from "./run-command.ts";
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
import { tableKeys } from "./table-keys.ts";
import { viewKeys } from "./view-keys.ts";

const EVERYWHERE = ["home", "table", "object", "containers", "logs", "help"] as const;
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
    on: ["table", "object", "logs"],
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
    on: ["home", "table", "object", "containers", "logs"],
    description: "Help",
    run: (state) => step(pushScreen(state, { kind: "help", top: 0, about: currentScreen(state).kind })),
  },
  { keys: ["q", "ctrl-c"], on: EVERYWHERE, description: "Quit", run: (state) => step(state, { type: "quit" }) },
];

/** Every key of the dashboard. Help is made of this. */
const keyTable: readonly KeyBinding[] = [...tableKeys, ...changeKeys, ...viewKeys, ...generalKeys];

/** The keys that can be used on a screen; without changes in read-only mode. */
export function bindingsOn(state: State, kind: ScreenKind): readonly KeyBinding[] {
  return keyTable.filter(({ on, isChange }) => on.includes(kind) && !(isChange === true && state.isReadOnly));
}

export function screenKey(state: State, key: string): Step {
  const binding = bindingsOn(state, currentScreen(state).kind).find(
    ({ keys, applies }) => keys.includes(key) && (applies?.(state) ?? true),
  );
  return binding ? binding.run({ ...state, notice: undefined }, key) : step(state);
}

function back(state: State): State {
  const screen = currentScreen(state);
  const filter =
    screen.kind === "table" || screen.kind === "logs" ? screen.filter : screen.kind === "object" ? screen.search : "";
  if (filter !== "") return withFilter(state, "");
  if (screen.kind === "table" && screen.marks.size > 0) return withScreen(state, { ...screen, marks: new Set() });
  return popScreen(state);
}

function numberedNamespace(state: State, number: number): State {
  if (number === 0) return inNamespace(state, "all");
  const name = state.recentNamespaces[number - 1];
  return name === undefined ? state : inNamespace(state, name);
}
