import { goDurationMs } from "../../lib/go/go-duration.ts";

/** A revision as it is, or a time in RFC 3339, of what people write: `812`, `10m`, `10m ago`, `14:30`, `2026-11-28T14:30:00Z`. */
export function pastMoment(text: string, now: number): string | undefined {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return trimmed;
  const ago = goDurationMs(trimmed.replace(/ ago$/, ""));
  if (ago !== undefined) return ago >= 0 ? new Date(now - ago).toISOString() : undefined;
  const clock = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(trimmed);
  if (clock)
    return timeOfDay(
      clock.slice(1).map((part) => Number(part ?? 0)),
      now,
    );
  if (!/^\d{4}-\d\d-\d\d/.test(trimmed)) return undefined;
  const time = Date.parse(trimmed);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** The last time that the clock on the wall showed it. */
function timeOfDay([hours = 0, minutes = 0, seconds = 0]: readonly number[], now: number): string | undefined {
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const date = new Date(now);
  date.setHours(hours, minutes, seconds || 0, 0);
  if (date.getTime() > now) date.setDate(date.getDate() - 1);
  return date.toISOString();
}
