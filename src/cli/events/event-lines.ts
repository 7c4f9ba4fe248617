import { humanDuration } from "../../api/duration-text.ts";
import type { Event } from "../../api/types/core-v1.ts";
import { escapeTerminal } from "../printers/table.ts";

export interface EventLineOptions {
  readonly now: number;
  readonly withNamespace: boolean;
}

export const eventHeader = ({ withNamespace }: Pick<EventLineOptions, "withNamespace">): string =>
  `${withNamespace ? "NAMESPACE\t" : ""}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`;

/** One line of `kube events`, its cells ended by tabs. */
export function eventLine(event: Event, { now, withNamespace }: EventLineOptions): string {
  const { metadata, involvedObject, type = "", reason = "", message = "" } = event;
  const cells = [
    ...(withNamespace ? [metadata.namespace ?? ""] : []),
    lastSeen(event, now),
    escapeTerminal(type),
    escapeTerminal(reason),
    `${escapeTerminal(involvedObject.kind ?? "")}/${escapeTerminal(involvedObject.name ?? "")}`,
    escapeTerminal(message.trim()),
  ];
  return `${cells.join("\t")}\n`;
}

/** `5m`, or `10s (x3 over 5m)` for what was seen more than once. */
export function lastSeen(event: Event, now: number): string {
  const { eventTime, firstTimestamp, lastTimestamp, series, count = 0 } = event;
  const since = (time: string | null | undefined): string =>
    time ? humanDuration(now - Date.parse(time)) : "<unknown>";
  const first = since(eventTime || firstTimestamp);
  if (series) return `${since(series.lastObservedTime)} (x${series.count ?? 0} over ${first})`;
  return count > 1 ? `${since(lastTimestamp)} (x${count} over ${first})` : first;
}

/** When an event was seen last, in milliseconds. */
export function lastSeenAt({ series, lastTimestamp, eventTime }: Event): number {
  const time = series ? series.lastObservedTime : lastTimestamp || eventTime;
  return time ? Date.parse(time) : 0;
}
