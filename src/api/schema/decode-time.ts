import { DecodeError } from "./decode-error.ts";

const TIME_LAYOUT = "2006-01-02T15:04:05Z07:00";
const MICRO_LAYOUT = "2006-01-02T15:04:05.000000Z07:00";
/** Go's zero time means "not set". */
const ZERO_SECOND = "0001-01-01T00:00:00";

const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 in any zone -> UTC, whole seconds; null for the zero time. */
export function canonicalTime(text: string): string | null {
  if (CANONICAL.test(text) && isCalendarTime(text.slice(0, 19))) return text.startsWith(ZERO_SECOND) ? null : text;
  const { second } = parsed(text, TIME_LAYOUT);
  return second === ZERO_SECOND ? null : `${second}Z`;
}

/** RFC 3339 with exactly six digits of a second -> the same in UTC; null for the zero time. */
export function canonicalMicroTime(text: string): string | null {
  const { second, fraction } = parsed(text, MICRO_LAYOUT);
  if (fraction.length !== 6) {
    const rest = text.slice("2006-01-02T15:04:05".length);
    throw cannotParse(text, MICRO_LAYOUT, rest, ".000000");
  }
  return second === ZERO_SECOND && fraction === "000000" ? null : `${second}.${fraction}Z`;
}

function parsed(text: string, layout: string): { second: string; fraction: string } {
  const match = RFC3339.exec(text);
  if (!match) throw layoutMismatch(text, layout);
  const [, local = "", fraction = "", zone = ""] = match;
  if (!isCalendarTime(local)) throw new DecodeError(`parsing time ${JSON.stringify(text)}: ${outOfRange(local)}`);
  if (zone === "Z") return { second: local, fraction };
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 24 || minutes > 60) {
    const unit = hours > 24 ? "hour" : "minute";
    throw new DecodeError(`parsing time ${JSON.stringify(text)}: time zone offset ${unit} out of range`);
  }
  const offsetMs = (hours * 60 + minutes) * 60_000 * (zone.startsWith("-") ? -1 : 1);
  return { second: new Date(Date.parse(`${local}Z`) - offsetMs).toISOString().slice(0, 19), fraction };
}

/** Date.parse takes 30 February for 1 March; Go refuses it. */
function isCalendarTime(local: string): boolean {
  const ms = Date.parse(`${local}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(local);
}

function outOfRange(local: string): string {
  const month = Number(local.slice(5, 7));
  if (month < 1 || month > 12) return "month out of range";
  if (Number(local.slice(11, 13)) > 23) return "hour out of range";
  if (Number(local.slice(14, 16)) > 59) return "minute out of range";
  if (Number(local.slice(17, 19)) > 59) return "second out of range";
  return "day out of range";
}

/** The parts of the layout in order, to name the first that the text does not have. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ["2006", /^\d{4}/],
  ["-", /^-/],
  ["01", /^\d\d/],
  ["-", /^-/],
  ["02", /^\d\d/],
  ["T", /^T/],
  ["15", /^\d\d?/],
  [":", /^:/],
  ["04", /^\d\d/],
  [":", /^:/],
  ["05", /^\d\d(?:[.,]\d+)?/],
  ["Z07:00", /^(?:Z|[+-]\d\d:\d\d)/],
];

function layoutMismatch(text: string, layout: string): DecodeError {
  let rest = text;
  for (const [part, form] of PARTS) {
    const found = form.exec(rest);
    if (!found) return cannotParse(text, layout, rest, part);
    rest = rest.slice(found[0].length);
  }
  return new DecodeError(`parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`);
}

const cannotParse = (text: string, layout: string, rest: string, part: string): DecodeError =>
  new DecodeError(
    `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`,
  );
