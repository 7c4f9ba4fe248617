import type { LogLine, LogSource } from "../../feeds/log-buffer.ts";
import { textMatcher } from "../../feeds/row-filter.ts";
import { clipped, plainLine, textWidth, wrapped } from "../../lib/terminal-text.ts";
import { lastLogLine, logWindow, shownText } from "../state/log-window.ts";
import { bodyHeight, type LogsScreen, type State } from "../state/state.ts";
import type { Tone } from "../state/tone.ts";
import { type FrameLine, line, type Span } from "./frame-line.ts";

const SOURCE_TONES: readonly Tone[] = ["accent", "good", "pending", "leaving", "key", "bad"];

/** The end of a log, or of many merged, or the part that is scrolled to. */
export function logLines(state: State, screen: LogsScreen): readonly FrameLine[] {
  const { lines } = logWindow(state.logs, screen);
  const last = lastLogLine(lines, screen.bottom);
  const prefixOf = prefixes(state.logs.lines);
  const isFound = screen.search === "" ? () => false : textMatcher(screen.search);
  const height = bodyHeight(state);
  const shown: FrameLine[] = [];
  for (let at = last; at >= 0 && shown.length < height; at--) {
    const logLine = lines[at];
    if (!logLine) break;
    const rows = lineRows(logLine, prefixOf(logLine.source), { screen, width: state.size.columns });
    const isSelected = isFound(shownText(logLine, screen));
    shown.unshift(...rows.map((spans) => ({ spans, isSelected })));
  }
  return [
    { spans: titles(screen, lines.length) },
    ...(shown.length === 0 ? [line(" No lines yet", "faint")] : shown.slice(-height)),
  ];
}

function titles(screen: LogsScreen, count: number): readonly Span[] {
  const flags = [
    screen.bottom === undefined && !screen.isPrevious ? "following" : "paused",
    ...(screen.isPrevious ? ["previous container"] : []),
    ...(screen.sinceSeconds === undefined ? [] : [sinceText(screen.sinceSeconds)]),
    ...(screen.isWrapped ? ["wrapped"] : []),
    ...(screen.isReadable ? [] : ["JSON as it is"]),
  ];
  return [{ text: ` ${count} lines · ${flags.join(" · ")}`, tone: "faint" }];
}

const sinceText = (seconds: number): string =>
  seconds >= Number.MAX_SAFE_INTEGER ? "all of it" : `since ${seconds / 60}m`;

function lineRows(
  logLine: LogLine,
  prefix: Span | undefined,
  { screen, width }: { readonly screen: LogsScreen; readonly width: number },
): readonly (readonly Span[])[] {
  const time = screen.hasTimestamps && logLine.timestamp !== "" ? `${logLine.timestamp.slice(0, 23)} ` : "";
  const start: readonly Span[] = [
    ...(prefix ? [prefix] : []),
    ...(time === "" ? [] : [{ text: time, tone: "faint" as const }]),
  ];
  const room = Math.max(1, width - (prefix ? textWidth(prefix.text) : 0) - textWidth(time));
  const shown = plainLine(shownText(logLine, screen));
  if (!screen.isWrapped) return [[...start, { text: clipped(shown, room) }]];
  return wrapped(shown, room).map((text, at) =>
    at === 0 ? [...start, { text }] : [{ text: " ".repeat(width - room) + text }],
  );
}

/** What tells the lines of several containers apart: nothing when there is only one. */
function prefixes(lines: readonly LogLine[]): (source: LogSource) => Span | undefined {
  const pods = new Set<string>();
  const containers = new Set<string>();
  const tones = new Map<string, Tone>();
  for (const { source } of lines) {
    const key = `${source.pod}/${source.container}`;
    if (tones.has(key)) continue;
    pods.add(source.pod);
    containers.add(source.container);
    tones.set(key, SOURCE_TONES[tones.size % SOURCE_TONES.length] ?? "accent");
  }
  if (tones.size < 2) return () => undefined;
  return ({ pod, container }) => {
    const text = containers.size === 1 ? pod : pods.size === 1 ? container : `${pod}/${container}`;
    return { text: `${text} `, tone: tones.get(`${pod}/${container}`) ?? "accent" };
  };
}
