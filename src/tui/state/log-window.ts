import type { LogBuffer, LogLine } from "../../feeds/log-buffer.ts";
import { lineFilter } from "../../feeds/row-filter.ts";
import { readableLine } from "./log-text.ts";
import { currentScreen, type LogsScreen, type State } from "./state.ts";

export interface LogWindow {
  /** The lines that the filter lets through. */
  readonly lines: readonly LogLine[];
}

export function logWindow({ lines }: LogBuffer, { filter }: Pick<LogsScreen, "filter">): LogWindow {
  if (filter === "") return { lines };
  const matches = lineFilter(filter);
  return { lines: lines.filter(({ text }) => matches(text)) };
}

/** Where in the lines the last one on the screen is; the newest while following. */
export function lastLogLine(lines: readonly LogLine[], bottom: number | undefined): number {
  if (bottom === undefined) return lines.length - 1;
  const at = lines.findLastIndex(({ sequence }) => sequence <= bottom);
  // All of it was dropped for newer lines: show the oldest that is left.
  return Math.max(at, 0);
}

/** How the screen shows the text of a line. */
export const shownText = ({ text }: LogLine, { isReadable }: Pick<LogsScreen, "isReadable">): string =>
  isReadable ? readableLine(text) : text;

/** All lines that the filter lets through, as they were written, for a file or the clipboard. */
export function logText(state: State): string {
  const screen = currentScreen(state);
  if (screen.kind !== "logs") return "";
  const sources = new Set(state.logs.lines.map(({ source }) => `${source.pod}/${source.container}`));
  return logWindow(state.logs, screen)
    .lines.map(({ source, timestamp, text }) => {
      const prefix = sources.size < 2 ? "" : `${source.pod}/${source.container} `;
      return `${prefix}${screen.hasTimestamps && timestamp !== "" ? `${timestamp} ` : ""}${text}\n`;
    })
    .join("");
}
