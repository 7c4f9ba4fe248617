import { goQuoted } from "../go/go-quoted.ts";
/** Functions of strings (cel-go's ext/strings.go, version 2). */
import { formatText } from "./format-text.ts";
import { member, overload, type FunctionDeclaration } from "./functions.ts";
import { codePoints } from "./text-size.ts";
import { DYN, INT, listType, STRING } from "./types.ts";
import { ArrayList, CelError, type ListValue, shownValue } from "./values.ts";

const STRINGS = listType(STRING);

const outOfRange = (index: bigint): CelError => new CelError(`index out of range: ${index}`);

function charAt(text: string, index: bigint): string {
  const characters = codePoints(text);
  if (index < 0n || index > BigInt(characters.length)) throw outOfRange(index);
  return characters[Number(index)] ?? "";
}

function indexOf(text: string, part: string, offset = 0n): bigint {
  if (part === "") return offset;
  if (offset < 0n) throw outOfRange(offset);
  const characters = codePoints(text);
  const wanted = codePoints(part);
  for (let at = Number(offset); at <= characters.length - wanted.length; at += 1) {
    if (wanted.every((character, index) => characters[at + index] === character)) return BigInt(at);
  }
  return -1n;
}

function lastIndexOf(text: string, part: string, offset?: bigint): bigint {
  const characters = codePoints(text);
  if (part === "") return offset ?? BigInt(characters.length);
  if (offset !== undefined && offset < 0n) throw outOfRange(offset);
  const wanted = codePoints(part);
  const start = offset ?? BigInt(characters.length - 1);
  if (start >= BigInt(characters.length)) return -1n;
  for (let at = Math.min(Number(start), characters.length - wanted.length); at >= 0; at -= 1) {
    if (wanted.every((character, index) => characters[at + index] === character)) return BigInt(at);
  }
  return -1n;
}

function substring(text: string, start: bigint, end?: bigint): string {
  const characters = codePoints(text);
  const size = BigInt(characters.length);
  if (end !== undefined && start > end) {
    throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  }
  if (start < 0n || start > size) throw outOfRange(start);
  if (end !== undefined && (end < 0n || end > size)) throw outOfRange(end);
  return characters.slice(Number(start), end === undefined ? undefined : Number(end)).join("");
}

/** A negative count replaces all. */
function replace(text: string, old: string, replacement: string, count = -1n): string {
  if (count === 0n) return text;
  const parts = old === "" ? ["", ...codePoints(text), ""] : text.split(old);
  const limit = count < 0n ? parts.length - 1 : Math.min(Number(count), parts.length - 1);
  const replaced = parts.slice(0, limit + 1).join(replacement);
  const rest = parts.slice(limit + 1);
  return rest.length === 0 ? replaced : [replaced, ...rest].join(old);
}

function split(text: string, separator: string, limit = -1n): ListValue {
  if (limit === 0n) return new ArrayList([]);
  const parts = separator === "" ? codePoints(text) : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return new ArrayList(parts);
  const kept = Number(limit) - 1;
  return new ArrayList([...parts.slice(0, kept), parts.slice(kept).join(separator)]);
}

function join(list: ListValue, separator = ""): string {
  const texts: string[] = [];
  for (const each of list) {
    if (typeof each !== "string") throw new CelError(`join: invalid input: ${shownValue(each)}`);
    texts.push(each);
  }
  return texts.join(separator);
}

const withoutSpace = (text: string): string => text.replace(/^[\s\u0085]+/u, "").replace(/[\s\u0085]+$/u, "");

export const STRING_FUNCTIONS: readonly FunctionDeclaration[] = [
  { name: "charAt", overloads: [member("string_char_at_int", [STRING, INT], STRING, charAt)] },
  {
    name: "indexOf",
    overloads: [
      member("string_index_of_string", [STRING, STRING], INT, (text: string, part: string) => indexOf(text, part)),
      member("string_index_of_string_int", [STRING, STRING, INT], INT, indexOf),
    ],
  },
  {
    name: "lastIndexOf",
    overloads: [
      member("string_last_index_of_string", [STRING, STRING], INT, (text: string, part: string) =>
        lastIndexOf(text, part),
      ),
      member("string_last_index_of_string_int", [STRING, STRING, INT], INT, lastIndexOf),
    ],
  },
  {
    name: "lowerAscii",
    overloads: [
      member("string_lower_ascii", [STRING], STRING, (text: string) =>
        text.replaceAll(/[A-Z]+/g, (upper) => upper.toLowerCase()),
      ),
    ],
  },
  {
    name: "upperAscii",
    overloads: [
      member("string_upper_ascii", [STRING], STRING, (text: string) =>
        text.replaceAll(/[a-z]+/g, (lower) => lower.toUpperCase()),
      ),
    ],
  },
  {
    name: "replace",
    overloads: [
      member(
        "string_replace_string_string",
        [STRING, STRING, STRING],
        STRING,
        (text: string, old: string, by: string) => replace(text, old, by),
      ),
      member("string_replace_string_string_int", [STRING, STRING, STRING, INT], STRING, replace),
    ],
  },
  {
    name: "split",
    overloads: [
      member("string_split_string", [STRING, STRING], STRINGS, (text: string, separator: string) =>
        split(text, separator),
      ),
      member("string_split_string_int", [STRING, STRING, INT], STRINGS, split),
    ],
  },
  {
    name: "substring",
    overloads: [
      member("string_substring_int", [STRING, INT], STRING, (text: string, start: bigint) => substring(text, start)),
      member("string_substring_int_int", [STRING, INT, INT], STRING, substring),
    ],
  },
  { name: "trim", overloads: [member("string_trim", [STRING], STRING, withoutSpace)] },
  {
    name: "join",
    overloads: [
      member("list_join", [STRINGS], STRING, (list: ListValue) => join(list)),
      member("list_join_string", [STRINGS, STRING], STRING, join),
    ],
  },
  { name: "format", overloads: [member("string_format", [STRING, listType(DYN)], STRING, formatText)] },
  { name: "strings.quote", overloads: [overload("strings_quote", [STRING], STRING, goQuoted)] },
];
