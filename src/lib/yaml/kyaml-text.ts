import { goNumber } from "../go/go-number.ts";
import { ExactInteger } from "../json/exact-integer.ts";
import { byteOrder } from "../json/json-text.ts";

/**
 * KYAML (KEP-5295): YAML in braces with all text in quotes, which nothing can misread. Each document begins with `---`, so that it
 * is not taken for JSON. Keys are sorted unless they are to stay as they are.
 */
export function kyamlText(value: unknown, { sorts = true } = {}): string {
  return `---\n${nodeText(sorts ? sorted(value) : value, 0)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || value.constructor !== Object) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => byteOrder(left, right));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function nodeText(value: unknown, indent: number): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return listText(value, indent);
  if (typeof value === "string") return quoted(value, indent + 1);
  if (typeof value === "number") return goNumber(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (value instanceof ExactInteger) return value.text;
  if (typeof value !== "object") return "null";
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  if (entries.length === 0) return "{}";
  const lines = entries.map(
    ([key, inner]) => `${spaces(indent + 1)}${keyText(key, indent + 1)}: ${nodeText(inner, indent + 1)},\n`,
  );
  return `{\n${lines.join("")}${spaces(indent)}}`;
}

/** Items in brackets of their own share the line of the list's. */
function listText(items: readonly unknown[], indent: number): string {
  if (items.length === 0) return "[]";
  const isCuddled = items.every((item) => typeof item === "object" && item !== null);
  if (isCuddled) return `[${items.map((item) => nodeText(item, indent)).join(", ")}]`;
  const lines = items.map((item) => `${spaces(indent + 1)}${nodeText(item, indent + 1)},\n`);
  return `[\n${lines.join("")}${spaces(indent)}]`;
}

const spaces = (indent: number): string => "  ".repeat(indent);

const keyText = (key: string, indent: number): string =>
  key.includes("\n") || needsQuotes(key) ? quoted(key, indent) : key;

const PLAIN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_./-]*[\p{L}\p{N}_])?$/u;
/** What some YAML parser takes for null, a boolean, a number or a time. */
const AMBIGUOUS = [
  /^(?:null|~|true|false|y|yes|on|n|no|off|t|f|[-+]?\.inf|\.nan|[-+]?inf(?:inity)?|nan)$/i,
  /^[-+]?(?:0[box]?)?[\d_]+$/i,
  /^[-+]?0x[\da-f_]+$/i,
  /^[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[-+]?\d+)?$/i,
  /^[-+]?[1-9][\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/,
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ].*)?$/,
];

const needsQuotes = (text: string): boolean => !PLAIN.test(text) || AMBIGUOUS.some((form) => form.test(text));

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\r": "\\r",
  "\v": "\\v",
  "\0": "\\0",
  "\u001b": "\\e",
  "\u0085": "\\N",
  "\u00a0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

/** Text of several lines is folded at its line breaks, each line in a line of its own. */
function quoted(text: string, indent: number): string {
  if (!text.includes("\n")) return `"${Array.from(text, escaped).join("")}"`;
  const pieces = text.split("\n");
  const endsWithBreak = pieces.at(-1) === "";
  const lines = (endsWithBreak ? pieces.slice(0, -1) : pieces).map((line, index, all) => {
    const hasBreak = endsWithBreak || index < all.length - 1;
    // A space in front of a line is dropped, so one that belongs to the text is escaped.
    const start = /^[^\S\n]/.test(line) ? "\\" : " ";
    return `${spaces(indent)}${start}${Array.from(line, escaped).join("")}${hasBreak ? "\\n" : ""}\\\n`;
  });
  return `"\\\n${lines.join("")}${spaces(indent)}"`;
}

function escaped(char: string): string {
  const named = NAMED_ESCAPES[char];
  if (named !== undefined) return named;
  const code = char.codePointAt(0) ?? 0;
  if (char === "\t" || /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char)) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}
