import { age } from "../../api/duration-text.ts";
import type { Event } from "../../api/types/core-v1.ts";
import type { DescribeText } from "./describe-text.ts";

/** The events about an object, the oldest first; undefined when they are not to be shown. */
export function eventsSection(out: DescribeText, events: readonly Event[] | undefined, now: number): void {
  if (!events) return;
  if (events.length === 0) return out.line(0, "Events:", "<none>");
  out.line(0, "Events:");
  out.line(1, "Type", "Reason", "Age", "From", "Message");
  out.line(1, "----", "------", "----", "----", "-------");
  const lastSeen = (event: Event): number => Date.parse(event.lastTimestamp ?? "") || 0;
  for (const event of events.toSorted((left, right) => lastSeen(left) - lastSeen(right))) {
    const { type = "", reason = "", source, reportingComponent = "", involvedObject, message = "" } = event;
    const field = involvedObject.fieldPath ? `${involvedObject.fieldPath}: ` : "";
    const from = source?.component || reportingComponent;
    out.line(1, type, reason, interval(event, now), from, field + message.trim());
  }
}

function interval({ eventTime, firstTimestamp, lastTimestamp, series, count = 0 }: Event, now: number): string {
  const first = age(eventTime || firstTimestamp, now);
  if (series) return `${age(series.lastObservedTime, now)} (x${series.count} over ${first})`;
  return count > 1 ? `${age(lastTimestamp, now)} (x${count} over ${first})` : first;
}
