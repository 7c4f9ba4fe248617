import { graphemes } from "../../lib/terminal-text.ts";
import { answeredCommand } from "./change-keys.ts";
import { logText } from "./log-window.ts";
import { commandCompletions, runCommand } from "./run-command.ts";
import { currentScreen, type Prompt, type State, type Step, step, withScreen } from "./state.ts";

/** What a key does while something is being asked at the bottom of the screen. */
export function promptKey(state: State, prompt: Prompt, key: string): Step {
  if (key === "escape" || key === "ctrl-c") return step(cancelled(state, prompt));
  switch (prompt.kind) {
    case "confirm":
      return key === "y" ? step({ ...state, prompt: undefined }, prompt.effect) : step({ ...state, prompt: undefined });
    case "command":
      return commandKey(state, prompt, key);
    case "filter":
      return filterKey(state, prompt, key);
    case "input":
      return inputKey(state, prompt, key);
  }
}

type CommandPrompt = Extract<Prompt, { kind: "command" }>;
type FilterPrompt = Extract<Prompt, { kind: "filter" }>;
type InputPrompt = Extract<Prompt, { kind: "input" }>;

function commandKey(state: State, prompt: CommandPrompt, key: string): Step {
  if (key === "enter") return runCommand(state, prompt.text);
  if (key === "tab" || key === "right") {
    const [first] = commandCompletions(state, prompt.text);
    if (first === undefined) return step(state);
    const words = prompt.text.split(/\s+/).slice(0, -1);
    return step({ ...state, prompt: { ...prompt, text: [...words, first].join(" ") } });
  }
  if (key === "up" || key === "down") return step({ ...state, prompt: fromHistory(state, prompt, key) });
  if (key === "backspace" && prompt.text === "") return step({ ...state, prompt: undefined });
  return step({ ...state, prompt: { ...prompt, text: edited(prompt.text, key), historyAt: undefined } });
}

function fromHistory({ history }: State, prompt: CommandPrompt, key: "up" | "down"): CommandPrompt {
  const from = prompt.historyAt ?? history.length;
  const historyAt = Math.max(0, key === "up" ? from - 1 : from + 1);
  return historyAt >= history.length
    ? { ...prompt, text: "", historyAt: undefined }
    : { ...prompt, text: history[historyAt] ?? "", historyAt };
}

/** Filters while one types; enter keeps the filter, escape clears it. */
function filterKey(state: State, prompt: FilterPrompt, key: string): Step {
  if (key === "enter") return step({ ...state, prompt: undefined });
  if (key === "backspace" && prompt.text === "") return step({ ...state, prompt: undefined });
  const text = edited(prompt.text, key);
  return step(withFilter({ ...state, prompt: { ...prompt, text } }, text));
}

export function withFilter(state: State, text: string): State {
  const screen = currentScreen(state);
  switch (screen.kind) {
    case "table":
    case "list":
      return withScreen(state, { ...screen, filter: text });
    case "logs":
      return withScreen(state, { ...screen, filter: text, bottom: undefined });
    case "object":
    case "text":
      return withScreen(state, { ...screen, search: text });
    case "home":
    case "containers":
    case "help":
      return state;
  }
}

export function filterOf(state: State): string {
  const screen = currentScreen(state);
  switch (screen.kind) {
    case "table":
    case "list":
    case "logs":
      return screen.filter;
    case "object":
    case "text":
      return screen.search;
    case "home":
    case "containers":
    case "help":
      return "";
  }
}

function inputKey(state: State, prompt: InputPrompt, key: string): Step {
  if (key === "enter") return answered({ ...state, prompt: undefined }, prompt);
  const text = edited(prompt.text, key);
  // Only digits are an answer to these.
  if (/^(?:scale|rollback)$/.test(prompt.ask.type) && !/^\d*$/.test(text)) return step(state);
  return step({ ...state, prompt: { ...prompt, text } });
}

/** An empty answer gives up, unless it is one. */
function answered(state: State, { ask, text }: InputPrompt): Step {
  const isEmpty = text.trim() === "";
  switch (ask.type) {
    case "scale":
      return isEmpty ? step(state) : step(state, { type: "scale", targets: ask.targets, replicas: Number(text) });
    case "drain":
    case "rollback":
      return step(state, answeredCommand({ type: ask.type, targets: ask.targets }, text));
    case "image":
    case "label":
      return isEmpty ? step(state) : step(state, answeredCommand({ type: ask.type, targets: ask.targets }, text));
    case "forward": {
      if (isEmpty) return step(state);
      const id = Math.max(0, ...state.forwards.map((each) => each.id)) + 1;
      const begin = { status: "starting", listens: [], problem: "" } as const;
      const forward = { id, address: ask.address, ports: text.trim(), ...begin };
      return step({ ...state, forwards: [...state.forwards, forward] }, { type: "forward", forward });
    }
    case "save":
      return isEmpty ? step(state) : step(state, { type: "save", path: text.trim(), text: logText(state) });
    case "search": {
      const screen = currentScreen(state);
      return step(screen.kind === "logs" ? withScreen(state, { ...screen, search: text }) : state);
    }
  }
}

function cancelled(state: State, prompt: Prompt): State {
  const closed = { ...state, prompt: undefined };
  return prompt.kind === "filter" ? withFilter(closed, "") : closed;
}

/** Keys with names of their own (`up`, `ctrl-d`) write nothing. */
function edited(text: string, key: string): string {
  if (key === "backspace") return Array.from(graphemes(text)).slice(0, -1).join("");
  if (key === "ctrl-u") return "";
  if (key === "ctrl-w") return text.replace(/\S+\s*$/, "");
  if (key === "space") return `${text} `;
  return Array.from(graphemes(key)).length === 1 ? text + key : text;
}
