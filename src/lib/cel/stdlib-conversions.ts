import { doubleText } from "../go/go-number.ts";
/** Conversions between types, and functions of strings, times and types (cel-go's common/stdlib). */
import { TimeZone } from "../time/time-zone.ts";
import { member, overload, type FunctionDeclaration, type Overload } from "./functions.ts";
import { withPattern } from "./regular-expression.ts";
import { intOf, uintOf } from "./stdlib-operators.ts";
import {
  durationOf,
  durationText,
  floorSeconds,
  parseDuration,
  parseTimestamp,
  timestampOf,
  timestampText,
} from "./time-text.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  STRING,
  TIMESTAMP,
  typeOfType,
  typeParameter,
  UINT,
} from "./types.ts";
import { CelError, type Duration, type Timestamp, typeOf, TypeValue, type Uint, type Value } from "./values.ts";

const A = typeParameter("A");
const SECOND = 1_000_000_000n;
const same = (value: Value): Value => value;

/** The conversion from a type to itself changes nothing. */
const identity = (id: string, type: CelType): Overload => overload(id, [type], type, same);

function stringTo<T extends Value>(type: string, parse: (text: string) => T | undefined, quoted: string) {
  return (text: string): T => {
    const value = parse(text);
    if (value === undefined)
      throw new CelError(quoted.replace("%", text) || `type conversion error from 'string' to '${type}'`);
    return value;
  };
}

const TRUE_TEXTS: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE_TEXTS: ReadonlySet<string> = new Set(["0", "f", "F", "FALSE", "false", "False"]);

function parseBool(text: string): boolean | undefined {
  if (TRUE_TEXTS.has(text)) return true;
  return FALSE_TEXTS.has(text) ? false : undefined;
}

const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const INFINITY_TEXT = /^([+-]?)(?:inf|infinity)$/i;

function parseDouble(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const infinity = INFINITY_TEXT.exec(text);
  if (infinity) return infinity[1] === "-" ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}

/** A double whose whole part fits; fractions are cut off. */
function wholeOf(value: number, name: string): bigint {
  if (!Number.isFinite(value)) throw new CelError(`${name} overflow`);
  return BigInt(Math.trunc(value));
}

function utf8Text(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CelError("invalid UTF-8 in bytes, cannot convert to string");
  }
}

export const CONVERSIONS: readonly FunctionDeclaration[] = [
  {
    name: "type",
    overloads: [overload("type", [A], typeOfType(A), (value: Value) => new TypeValue(typeOf(value)))],
  },
  { name: "dyn", overloads: [overload("to_dyn", [A], DYN, same)] },
  {
    name: "bool",
    overloads: [
      identity("bool_to_bool", BOOL),
      overload("string_to_bool", [STRING], BOOL, stringTo("bool", parseBool, "")),
    ],
  },
  {
    name: "bytes",
    overloads: [
      identity("bytes_to_bytes", BYTES),
      overload("string_to_bytes", [STRING], BYTES, (text: string) => new TextEncoder().encode(text)),
    ],
  },
  {
    name: "double",
    overloads: [
      identity("double_to_double", DOUBLE),
      overload("int64_to_double", [INT], DOUBLE, (value: bigint) => Number(value)),
      overload(
        "string_to_double",
        [STRING],
        DOUBLE,
        stringTo("double", parseDouble, 'strconv.ParseFloat: parsing "%": invalid syntax'),
      ),
      overload("uint64_to_double", [UINT], DOUBLE, ({ value }: Uint) => Number(value)),
    ],
  },
  {
    name: "int",
    overloads: [
      identity("int64_to_int64", INT),
      overload("double_to_int64", [DOUBLE], INT, (value: number) => intOf(wholeOf(value, "integer"))),
      overload("duration_to_int64", [DURATION], INT, ({ nanos }: Duration) => nanos),
      overload("string_to_int64", [STRING], INT, (text: string) =>
        parseInteger(text, /^[+-]?[0-9]+$/, 2n ** 63n - 1n, "strconv.ParseInt"),
      ),
      overload("timestamp_to_int64", [TIMESTAMP], INT, ({ nanos }: Timestamp) => floorSeconds(nanos)),
      overload("uint64_to_int64", [UINT], INT, ({ value }: Uint) => intOf(value)),
    ],
  },
  {
    name: "uint",
    overloads: [
      identity("uint64_to_uint64", UINT),
      overload("double_to_uint64", [DOUBLE], UINT, (value: number) => uintOf(wholeOf(value, "unsigned integer"))),
      overload("int64_to_uint64", [INT], UINT, (value: bigint) => uintOf(value)),
      overload("string_to_uint64", [STRING], UINT, (text: string) =>
        uintOf(parseInteger(text, /^[0-9]+$/, 2n ** 64n - 1n, "strconv.ParseUint")),
      ),
    ],
  },
  {
    name: "string",
    overloads: [
      identity("string_to_string", STRING),
      overload("bool_to_string", [BOOL], STRING, (value: boolean) => String(value)),
      overload("bytes_to_string", [BYTES], STRING, utf8Text),
      overload("double_to_string", [DOUBLE], STRING, doubleText),
      overload("duration_to_string", [DURATION], STRING, durationText),
      overload("int64_to_string", [INT], STRING, (value: bigint) => String(value)),
      overload("timestamp_to_string", [TIMESTAMP], STRING, timestampText),
      overload("uint64_to_string", [UINT], STRING, ({ value }: Uint) => String(value)),
    ],
  },
  {
    name: "duration",
    overloads: [
      identity("duration_to_duration", DURATION),
      overload("int64_to_duration", [INT], DURATION, (nanos: bigint) => durationOf(nanos)),
      overload(
        "string_to_duration",
        [STRING],
        DURATION,
        stringTo("duration", parseDuration, 'time: invalid duration "%"'),
      ),
    ],
  },
  {
    name: "timestamp",
    overloads: [
      identity("timestamp_to_timestamp", TIMESTAMP),
      overload("int64_to_timestamp", [INT], TIMESTAMP, (seconds: bigint) => timestampOf(seconds * SECOND)),
      overload("string_to_timestamp", [STRING], TIMESTAMP, (text: string) => {
        const value = parseTimestamp(text);
        if (!value) {
          const layout = "2006-01-02T15:04:05Z07:00";
          throw new CelError(
            `parsing time ${JSON.stringify(text)} as "${layout}": cannot parse ${JSON.stringify(text)}`,
          );
        }
        return timestampOf(value.nanos);
      }),
    ],
  },
  textTest("contains", (text, part) => text.includes(part)),
  textTest("endsWith", (text, suffix) => text.endsWith(suffix), "ends_with"),
  textTest("startsWith", (text, prefix) => text.startsWith(prefix), "starts_with"),
  {
    name: "matches",
    overloads: [
      { id: "matches", isMember: false, params: [STRING, STRING], result: BOOL, ...matchesPattern() },
      { id: "matches_string", isMember: true, params: [STRING, STRING], result: BOOL, ...matchesPattern() },
    ],
  },
  ...timeParts(),
];

function matchesPattern() {
  return withPattern((pattern, text: string) => pattern.matcher(text).find());
}

function parseInteger(text: string, form: RegExp, max: bigint, parser: string): bigint {
  const fail = (why: string): CelError => new CelError(`${parser}: parsing ${JSON.stringify(text)}: ${why}`);
  if (!form.test(text)) throw fail("invalid syntax");
  const value = text.startsWith("+") ? BigInt(text.slice(1)) : BigInt(text);
  if (value > max || value < -max - 1n) throw fail("value out of range");
  return value;
}

function textTest(
  name: string,
  holds: (text: string, other: string) => boolean,
  id: string = name,
): FunctionDeclaration {
  return { name, overloads: [member(`${id}_string`, [STRING, STRING], BOOL, holds)] };
}

/** `getHours` and its like: of a timestamp in UTC or another zone, and of a duration as a whole. */
function timeParts(): readonly FunctionDeclaration[] {
  const part = (name: string, id: string, ofDate: (date: Date) => number, unit?: bigint): FunctionDeclaration => ({
    name,
    overloads: [
      member(`timestamp_to_${id}`, [TIMESTAMP], INT, (time: Timestamp) => BigInt(ofDate(wallDate(time, "UTC")))),
      member(`timestamp_to_${id}_with_tz`, [TIMESTAMP, STRING], INT, (time: Timestamp, zone: string) =>
        BigInt(ofDate(wallDate(time, zone))),
      ),
      ...(unit === undefined
        ? []
        : [
            member(`duration_to_${id}`, [DURATION], INT, ({ nanos }: Duration) =>
              name === "getMilliseconds" ? (nanos / unit) % 1000n : nanos / unit,
            ),
          ]),
    ],
  });
  return [
    part("getFullYear", "year", (date) => date.getUTCFullYear()),
    part("getMonth", "month", (date) => date.getUTCMonth()),
    part("getDayOfYear", "day_of_year", dayOfYear),
    part("getDayOfMonth", "day_of_month", (date) => date.getUTCDate() - 1),
    part("getDate", "day_of_month_1_based", (date) => date.getUTCDate()),
    part("getDayOfWeek", "day_of_week", (date) => date.getUTCDay()),
    part("getHours", "hours", (date) => date.getUTCHours(), 3600n * SECOND),
    part("getMinutes", "minutes", (date) => date.getUTCMinutes(), 60n * SECOND),
    part("getSeconds", "seconds", (date) => date.getUTCSeconds(), SECOND),
    part("getMilliseconds", "milliseconds", (date) => date.getUTCMilliseconds(), 1_000_000n),
  ];
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}

const OFFSET = /^([+-]?)([0-9]{2}):([0-9]{2})$/;

/** A date whose UTC fields show what clocks of a zone show. */
function wallDate({ nanos }: Timestamp, zone: string): Date {
  const ms = Number(nanos / 1_000_000n);
  if (zone === "UTC" || zone === "") return new Date(ms);
  const offset = OFFSET.exec(zone);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(ms + (offset[1] === "-" ? -minutes : minutes) * 60_000);
  }
  try {
    return new Date(ms + new TimeZone(zone).offsetMs(ms));
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
}
