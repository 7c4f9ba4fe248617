import { isExactInteger } from "../json/exact-integer.ts";
import { byteOrder } from "../json/json-text.ts";
import { isJsonObject } from "../json/json-value.ts";
import { goNumber } from "./go-number.ts";
import { goQuoted } from "./go-quoted.ts";

/** A value as Go's fmt prints it with %v: `map[a:1 b:[x y]]`. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "string") return value;
  if (typeof value === "number") return goNumber(value);
  if (isExactInteger(value)) return value.text;
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (typeof value === "boolean") return String(value);
  if (!isJsonObject(value)) throw new TypeError(`JSON has no ${typeof value}`);
  const entries = Object.entries(value).toSorted(([left], [right]) => byteOrder(left, right));
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(" ")}]`;
}

/** A value as Go's fmt prints it with %#v, for messages that show what a template was given. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return "interface {}(nil)";
  if (typeof value === "string") return goQuoted(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (!isJsonObject(value)) return goText(value);
  const entries = Object.entries(value).toSorted(([left], [right]) => byteOrder(left, right));
  return `map[string]interface {}{${entries.map(([key, item]) => `${goQuoted(key)}:${goSyntax(item)}`).join(", ")}}`;
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

const ESCAPE = /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/y;

/** The text inside quotes of Go, without the quotes; undefined when an escape is none. */
export function unescaped(body: string, quote: string): string | undefined {
  let text = "";
  for (let at = 0; at < body.length;) {
    const char = body[at] ?? "";
    if (char === quote) return undefined;
    if (char !== "\\") {
      text += char;
      at++;
      continue;
    }
    ESCAPE.lastIndex = at;
    const match = ESCAPE.exec(body);
    if (!match) return undefined;
    const [whole, named, ...codes] = match;
    const isOtherQuote = (named === "'" || named === '"') && named !== quote;
    if (isOtherQuote) return undefined;
    const [hex2, hex4, hex8, octal] = codes;
    text +=
      named === undefined
        ? String.fromCodePoint(
            octal === undefined ? Number.parseInt(hex2 ?? hex4 ?? hex8 ?? "", 16) : Number.parseInt(octal, 8),
          )
        : (NAMED_ESCAPES[named] ?? named);
    at += whole.length;
  }
  return text;
}
