/** `"%s is %d".format([a, b])` (cel-go's ext/formatting.go). */
import { doubleText } from "../go/go-number.ts";
import { goQuoted } from "../go/go-quoted.ts";
import { durationText, timestampText } from "./time-text.ts";
import { CelError, Duration, ListValue, MapValue, Timestamp, typeName, TypeValue, Uint, type Value } from "./values.ts";

const CLAUSE = /%(?:%|(?:\.([0-9]*))?([^]?))/gu;
const DEFAULT_PRECISION = 6;

export function formatText(format: string, args: ListValue): string {
  let used = 0;
  return format.replaceAll(CLAUSE, (all, precision: string | undefined, verb: string | undefined) => {
    if (all === "%%") return "%";
    if (used >= args.size) throw new CelError(`index ${used} out of range`);
    if (verb === undefined || verb === "") throw new CelError("unexpected end of string");
    if (precision === "") {
      throw new CelError(
        'could not parse formatting clause: error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax',
      );
    }
    const value = args.at(used);
    used += 1;
    return formatted(verb, value, precision === undefined ? DEFAULT_PRECISION : Number(precision));
  });
}

function formatted(verb: string, value: Value, precision: number): string {
  switch (verb) {
    case "s":
      return textOf(value);
    case "d":
      return decimal(value);
    case "f":
      return floating(value, "fixed-point clause can only be used on doubles", (number) => number.toFixed(precision));
    case "e":
      return floating(value, "scientific clause can only be used on doubles", (number) =>
        scientific(number, precision),
      );
    case "b":
      if (typeof value === "boolean") return value ? "1" : "0";
      return integer(value, 2, "only integers and bools can be formatted as binary");
    case "o":
      return integer(value, 8, "octal clause can only be used on integers");
    case "x":
    case "X":
      return verb === "X" ? hexadecimal(value).toUpperCase() : hexadecimal(value);
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

const refused = (why: string, value: Value): CelError =>
  new CelError(`error during formatting: ${why}, was given ${typeName(value)}`);

function textOf(value: Value): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return doubleText(value);
    case "object":
      break;
    default:
      return String(value);
  }
  if (value === null) return "null";
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof TypeValue) return value.type.name;
  if (value instanceof ListValue) return `[${[...value].map(element).join(", ")}]`;
  if (value instanceof MapValue) return mapText(value);
  throw refused(
    "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps",
    value,
  );
}

function mapText(map: MapValue): string {
  const entries = [...map.keys()].map((key): readonly [string, string] => [
    element(key),
    element(map.get(key) ?? null),
  ]);
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `{${sorted.map(([key, value]) => `${key}:${value}`).join(", ")}}`;
}

/** Inside lists and maps values look like literals. */
function element(value: Value): string {
  if (typeof value === "string") return goQuoted(value);
  if (typeof value === "number") {
    return Number.isFinite(value) ? value.toFixed(DEFAULT_PRECISION) : goQuoted(doubleText(value));
  }
  if (value instanceof Uint8Array) return `b${goQuoted(new TextDecoder().decode(value))}`;
  if (value instanceof Duration) return `duration("${durationText(value)}")`;
  if (value instanceof Timestamp) return `timestamp("${timestampText(value)}")`;
  return textOf(value);
}

function decimal(value: Value): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint) return String(value.value);
  throw refused("decimal clause can only be used on integers", value);
}

const NAMED_NUMBERS: ReadonlyMap<Value, number> = new Map<Value, number>([
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

function floating(value: Value, why: string, format: (value: number) => string): string {
  const number = typeof value === "number" ? value : NAMED_NUMBERS.get(value);
  if (number === undefined) throw refused(why, value);
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "-∞";
  return format(number);
}

/** In the form that messages in English have. */
function scientific(value: number, precision: number): string {
  const [mantissa = "", exponent = "+0"] = value.toExponential(precision).split("e");
  const superscript = `${exponent.startsWith("-") ? "-" : ""}${exponent.slice(1).padStart(2, "0")}`;
  return `${mantissa}\u202f×\u202f10${Array.from(superscript, (digit) => SUPERSCRIPTS[digit] ?? digit).join("")}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  "-": "⁻",
  ...Object.fromEntries(Array.from("⁰¹²³⁴⁵⁶⁷⁸⁹", (superscript, digit) => [String(digit), superscript])),
};

function integer(value: Value, base: number, why: string): string {
  if (typeof value === "bigint") return value.toString(base);
  if (value instanceof Uint) return value.value.toString(base);
  throw refused(why, value);
}

function hexadecimal(value: Value): string {
  if (typeof value === "string") return Buffer.from(value).toString("hex");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return integer(value, 16, "only integers, byte buffers, and strings can be formatted as hex");
}
