import { graphemes } from "../../lib/terminal-text.ts";
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
    case "scale":
      return scaleKey(state, prompt, key);
  }
}

type CommandPrompt = Extract<Prompt, { kind: "command" }>;
type FilterPrompt = Extract<Prompt, { kind: "filter" }>;
type ScalePrompt = Extract<Prompt, { kind: "scale" }>;

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
      return withScreen(state, { ...screen, filter: text });
    case "logs":
      return withScreen(state, { ...screen, filter: text, bottom: undefined });
    case "object":
      return withScreen(state, { ...screen, search: text });
    case "home":
    case "containers":
    case "help":
      return state;
  }
}

function scaleKey(state: State, prompt: ScalePrompt, key: string): Step {
  if (key !== "enter") {
    const text = edited(prompt.text, key);
    return step(/^\d*$/.test(text) ? { ...state, prompt: { ...prompt, text } } : state);
  }
  if (prompt.text === "") return step(state);
  const replicas = Number(prompt.text);
  return step({ ...state, prompt: undefined }, { type: "scale", targets: prompt.targets, replicas });
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
