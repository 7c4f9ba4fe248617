import type { ReactElement } from "react";

import type { LogLine, LogSource } from "../../feeds/log-buffer.ts";
import { textMatcher } from "../../feeds/row-filter.ts";
import { clipped, plainLine, textWidth, wrapped } from "../../lib/terminal-text.ts";
import { lastLogLine, logWindow, shownText } from "../state/log-window.ts";
import { bodyHeight, type LogsScreen, type State } from "../state/state.ts";
import type { Tone } from "../state/tone.ts";
import { Line, type Span } from "./line.tsx";

const SOURCE_TONES: readonly Tone[] = ["accent", "good", "pending", "leaving", "key", "bad"];

/** The end of a log, or of many merged, or the part that is scrolled to. */
export function LogsView({ state, screen }: { state: State; screen: LogsScreen }): ReactElement {
  const { lines } = logWindow(state.logs, screen);
  const last = lastLogLine(lines, screen.bottom);
  const prefixOf = prefixes(state.logs.lines);
  const isFound = screen.search === "" ? () => false : textMatcher(screen.search);
  const shown: { readonly key: string; readonly spans: readonly Span[]; readonly isFound: boolean }[] = [];
  for (let at = last; at >= 0 && shown.length < bodyHeight(state); at--) {
    const line = lines[at];
    if (!line) break;
    const rows = lineRows(line, prefixOf(line.source), { screen, width: state.size.columns });
    shown.unshift(
      ...rows.map((spans, row) => ({
        key: `${line.sequence}.${row}`,
        spans,
        isFound: isFound(shownText(line, screen)),
      })),
    );
  }
  return (
    <>
      <Line spans={titles(screen, lines.length)} />
      {shown.length === 0 ? <Line spans={[{ text: " No lines yet", tone: "faint" }]} /> : null}
      {shown.slice(-bodyHeight(state)).map(({ key, spans, isFound: isSelected }) => (
        <Line key={key} spans={spans} isSelected={isSelected} />
      ))}
    </>
  );
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
  line: LogLine,
  prefix: Span | undefined,
  { screen, width }: { readonly screen: LogsScreen; readonly width: number },
): readonly (readonly Span[])[] {
  const time = screen.hasTimestamps && line.timestamp !== "" ? `${line.timestamp.slice(0, 23)} ` : "";
  const start: readonly Span[] = [
    ...(prefix ? [prefix] : []),
    ...(time === "" ? [] : [{ text: time, tone: "faint" as const }]),
  ];
  const room = Math.max(1, width - (prefix ? textWidth(prefix.text) : 0) - textWidth(time));
  const shown = plainLine(shownText(line, screen));
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
