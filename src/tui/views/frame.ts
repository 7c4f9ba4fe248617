import { currentScreen, type Size, type State } from "../state/state.ts";
import { crumbs, header, promptLine } from "./chrome.ts";
import { containerLines } from "./container-lines.ts";
import type { FrameLine } from "./frame-line.ts";
import { helpLines } from "./help-lines.ts";
import { homeScreenLines } from "./home-screen-lines.ts";
import { listLines } from "./list-lines.ts";
import { logLines } from "./log-lines.ts";
import { objectScreenLines } from "./object-screen-lines.ts";
import { tableLines } from "./table-lines.ts";
import { textFrameLines } from "./text-frame-lines.ts";

const SMALLEST: Size = { columns: 20, rows: 5 };
/** The header, the breadcrumbs and what is asked. */
const FRAME_LINES = 3;

/** The whole screen as a function of the state: as many lines as the terminal has. */
export function frame(state: State): readonly FrameLine[] {
  const { columns, rows } = state.size;
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) return filled([{ spans: [{ text: "Too small" }] }], rows);
  return [header(state), ...filled(bodyLines(state), rows - FRAME_LINES), crumbs(state), promptLine(state)];
}

function filled(lines: readonly FrameLine[], count: number): readonly FrameLine[] {
  const empty = { spans: [] };
  return Array.from({ length: Math.max(0, count) }, (_, at) => lines[at] ?? empty);
}

function bodyLines(state: State): readonly FrameLine[] {
  const screen = currentScreen(state);
  switch (screen.kind) {
    case "home":
      return homeScreenLines(state, screen);
    case "table":
      return tableLines(state, screen);
    case "object":
      return objectScreenLines(state, screen);
    case "containers":
      return containerLines(state, screen);
    case "logs":
      return logLines(state, screen);
    case "list":
      return listLines(state, screen);
    case "text":
      return textFrameLines(state, screen);
    case "help":
      return helpLines(state, screen);
  }
}
