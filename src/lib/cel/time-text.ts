/** Durations and timestamps as text, in Go's forms. */
import { CelError, Duration, Timestamp } from "./values.ts";

const MAX_DURATION = 2n ** 63n - 1n;
const SECOND = 1_000_000_000n;
/** 0001-01-01 to 9999-12-31. */
const MIN_TIMESTAMP = -62_135_596_800n * SECOND;
const MAX_TIMESTAMP = 253_402_300_800n * SECOND - 1n;

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
};
const PART = /([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/y;

/** `1h30m`; undefined for text that is no duration. */
export function parseDuration(text: string): Duration | undefined {
  const isNegative = text.startsWith("-");
  const parts = /^[+-]/.test(text) ? text.slice(1) : text;
  if (parts === "0") return new Duration(0n);
  if (parts === "") return undefined;
  let nanos = 0n;
  PART.lastIndex = 0;
  let end = 0;
  while (end < parts.length) {
    const match = PART.exec(parts);
    if (!match) return undefined;
    const [all, whole = "", fraction = "", unit = ""] = match;
    if (whole === "" && fraction === "") return undefined;
    const factor = UNITS[unit] ?? 0n;
    nanos += BigInt(whole || "0") * factor;
    if (fraction !== "") nanos += (BigInt(fraction) * factor) / 10n ** BigInt(fraction.length);
    end += all.length;
  }
  if (nanos > MAX_DURATION + (isNegative ? 1n : 0n)) return undefined;
  return new Duration(isNegative ? -nanos : nanos);
}

/** In seconds, as CEL writes durations: `5400s`, `0.5s`. */
export function durationText({ nanos }: Duration): string {
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = String(size % SECOND)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${sign}${size / SECOND}${fraction === "" ? "" : `.${fraction}`}s`;
}

const RFC3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/** Undefined for text that is no time of RFC 3339. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", sign, offsetHour, offsetMinute] = match;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo) || h > 23 || mi > 59 || s > 59) return undefined;
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return undefined;
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60 * (sign === "-" ? -1 : 1);
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  date.setUTCHours(h, mi, s);
  const seconds = BigInt(Math.floor(date.getTime() / 1000) - offset);
  return new Timestamp(seconds * SECOND + BigInt(fraction.padEnd(9, "0").slice(0, 9)));
}

const daysIn = (year: number, month: number): number =>
  new Date(Date.UTC(year === 0 ? 4 : year, month, 0)).getUTCDate();

export function timestampText({ nanos }: Timestamp): string {
  const seconds = floorSeconds(nanos);
  const fraction = String(nanos - seconds * SECOND)
    .padStart(9, "0")
    .replace(/0+$/, "");
  const text = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, "");
  return `${text}${fraction === "" ? "" : `.${fraction}`}Z`;
}

export function floorSeconds(nanos: bigint): bigint {
  const seconds = nanos / SECOND;
  return nanos % SECOND < 0n ? seconds - 1n : seconds;
}

/** Refuses what is beyond 290 years. */
export function durationOf(nanos: bigint): Duration {
  if (nanos > MAX_DURATION || nanos < -MAX_DURATION - 1n) throw new CelError("duration overflow");
  return new Duration(nanos);
}

/** Refuses what is outside the years 1 to 9999. */
export function timestampOf(nanos: bigint): Timestamp {
  if (nanos < MIN_TIMESTAMP || nanos > MAX_TIMESTAMP) throw new CelError("timestamp overflow");
  return new Timestamp(nanos);
}
