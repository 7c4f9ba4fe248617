import type { LogBuffer, LogLine } from "../../feeds/log-buffer.ts";
import { lineFilter } from "../../feeds/row-filter.ts";
import type { LogsScreen } from "./state.ts";

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
