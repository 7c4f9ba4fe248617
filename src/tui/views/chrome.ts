import { clipped, fitted, printable, textWidth } from "../../lib/terminal-text.ts";
import { crumbTexts } from "../state/crumbs.ts";
import { filterOf } from "../state/prompt-keys.ts";
import { commandCompletions } from "../state/run-command.ts";
import { currentScreen, type Prompt, type Screen, type State } from "../state/state.ts";
import { clippedSpans, type FrameLine, line, type Span } from "./frame-line.ts";

const MOST_COMPLETIONS = 6;

/** Context and namespace; and in the same place, loudly, that the server is gone. */
export function header(state: State): FrameLine {
  const lost = Object.values(state.feeds).find(({ status }) => status.kind === "retrying")?.status;
  if (lost?.kind === "retrying") {
    const text = ` Disconnected, trying again: ${printable(lost.error)}`;
    return { ...line(fitted(text, state.size.columns), "bad"), isSelected: true };
  }
  const namespaces = state.recentNamespaces.map((name, at) => `${at + 1}:${name}`).join(" ");
  const place = ` ${printable(state.contextName)} · ${state.namespace ?? "all namespaces"}${state.isReadOnly ? " · read-only" : ""}`;
  const open = state.forwards.filter(({ status }) => status === "active").length;
  const forwards = open === 0 ? "" : `${open} forwarded  `;
  const right = `${forwards}0:all ${namespaces}  ?:help `;
  const room = state.size.columns - textWidth(place);
  return {
    spans: [
      { text: clipped(place, state.size.columns), tone: "strong" },
      ...(room > textWidth(right) + 1
        ? [{ text: " ".repeat(room - textWidth(right)) + right, tone: "faint" as const }]
        : []),
    ],
  };
}

/** Where one is, and how one came there. */
export function crumbs(state: State): FrameLine {
  const texts = crumbTexts(state);
  const count = countText(currentScreen(state));
  const path = clipped(` ${texts.join(" › ")}`, Math.max(1, state.size.columns - textWidth(count) - 1));
  return {
    spans: [
      { text: path, tone: "accent" },
      { text: ` ${count}`, tone: "faint" },
    ],
  };
}

function countText(screen: Screen): string {
  if (screen.kind !== "table") return "";
  const all = screen.shown.content?.rows.length ?? 0;
  const shown = screen.shown.rows.length;
  const marks = screen.marks.size === 0 ? "" : ` ${screen.marks.size} marked`;
  const faults = screen.showsFaultsOnly ? " faults only" : "";
  return `${shown === all ? all : `${shown} of ${all}`}${marks}${faults}`;
}

/** What is asked, what went well or wrong, or the filter that is on. */
export function promptLine(state: State): FrameLine {
  return { spans: clippedSpans(promptSpans(state), state.size.columns) };
}

function promptSpans(state: State): readonly Span[] {
  if (state.prompt) return asked(state, state.prompt);
  if (state.notice) return [{ text: ` ${state.notice.text}`, tone: state.notice.tone }];
  const screen = currentScreen(state);
  if (screen.kind === "table" && screen.shown.filterError !== undefined)
    return [{ text: ` ${printable(screen.shown.filterError)}`, tone: "bad" }];
  const filter = filterOf(state);
  const search = screen.kind === "logs" && screen.search !== "" ? `  search: ${screen.search}` : "";
  const text = `${filter === "" ? "" : ` /${filter}`}${search}`;
  return text === "" ? [] : [{ text, tone: "pending" }];
}

const CURSOR = "▏";

function asked(state: State, prompt: Prompt): readonly Span[] {
  switch (prompt.kind) {
    case "command": {
      const completions = commandCompletions(state, prompt.text).slice(0, MOST_COMPLETIONS);
      return [
        { text: ` :${prompt.text}${CURSOR}`, tone: "strong" },
        { text: `  ${completions.join("  ")}`, tone: "faint" },
      ];
    }
    case "filter":
      return [{ text: ` /${prompt.text}${CURSOR}`, tone: "strong" }];
    case "input":
      return [{ text: ` ${prompt.label}${prompt.text}${CURSOR}`, tone: "strong" }];
    case "confirm":
      return [
        { text: ` ${prompt.question}`, tone: "bad" },
        { text: "  y: yes   any other key: no", tone: "faint" },
      ];
  }
}
