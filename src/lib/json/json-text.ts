import { goNumber } from "../go/go-number.ts";
import { isExactInteger } from "./exact-integer.ts";

/** JSON as Go's encoder writes it: sorted keys, and characters that HTML knows escaped. */
export function goJson(value: unknown, indent = ""): string {
  return text(value, { indent, sorts: true }, "\n");
}

/** The same with keys in the order they have: Go writes its own types in the order of their fields. */
export function goStructJson(value: unknown, indent = ""): string {
  return text(value, { indent, sorts: false }, "\n");
}

interface JsonLayout {
  readonly indent: string;
  readonly sorts: boolean;
}

function text(value: unknown, layout: JsonLayout, newline: string): string {
  const { indent } = layout;
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return goString(value);
  if (typeof value === "number") return goNumber(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "object") throw new TypeError(`JSON has no ${typeof value}`);
  if (isExactInteger(value)) return value.text;
  const inner = newline + indent;
  const [open, close, members] = Array.isArray(value)
    ? ["[", "]", value.map((item) => text(item, layout, inner))]
    : ["{", "}", objectMembers(value as Readonly<Record<string, unknown>>, layout, inner)];
  if (members.length === 0) return open + close;
  return indent === ""
    ? `${open}${members.join(",")}${close}`
    : `${open}${inner}${members.join(`,${inner}`)}${newline}${close}`;
}

function objectMembers(object: Readonly<Record<string, unknown>>, layout: JsonLayout, inner: string): string[] {
  const colon = layout.indent === "" ? ":" : ": ";
  const keys = Object.keys(object).filter((key) => object[key] !== undefined);
  return (layout.sorts ? keys.toSorted(byteOrder) : keys).map(
    (key) => `${goString(key)}${colon}${text(object[key], layout, inner)}`,
  );
}

/** Order of UTF-8 bytes, which is that of code points. */
export function byteOrder(left: string, right: string): number {
  if (left === right) return 0;
  if (/^[\0-\u{7f}]*$/u.test(left + right)) return left < right ? -1 : 1;
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function goString(value: string): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
