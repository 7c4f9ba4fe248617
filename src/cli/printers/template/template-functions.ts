import { compare, ComparisonError, isEqual } from "../../../lib/go/go-compare.ts";
import { isExactInteger } from "../../../lib/json/exact-integer.ts";
import { goJson } from "../../../lib/json/json-text.ts";
import { isJsonObject } from "../../../lib/json/json-value.ts";
import { goPrintf, goPrint } from "./go-printf.ts";
import { isTrue, type TemplateValue, typeName } from "./template-value.ts";

/** Go's functions and the two that kubectl adds. `and` and `or` stop early, so the executor knows them itself. */
export interface TemplateFunction {
  readonly least: number;
  readonly most: number;
  call(args: readonly TemplateValue[]): TemplateValue;
}

/** What a function cannot do with its arguments. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
}

const exactly = (count: number, call: TemplateFunction["call"]): TemplateFunction => ({
  least: count,
  most: count,
  call,
});
const atLeast = (least: number, call: TemplateFunction["call"]): TemplateFunction => ({ least, most: Infinity, call });

export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map([
  ["and", atLeast(1, (args) => args.find((value) => !isTrue(value)) ?? args.at(-1))],
  ["or", atLeast(1, (args) => args.find(isTrue) ?? args.at(-1))],
  ["not", exactly(1, ([value]) => !isTrue(value))],
  ["len", exactly(1, ([value]) => lengthOf(value))],
  ["index", atLeast(1, ([value, ...keys]) => keys.reduce(indexed, value))],
  ["slice", atLeast(1, ([value, ...bounds]) => sliced(value, bounds))],
  ["print", atLeast(0, (args) => goPrint(args))],
  ["println", atLeast(0, (args) => `${args.map((value) => goPrint([value])).join(" ")}\n`)],
  ["printf", atLeast(1, ([format, ...args]) => goPrintf(textOf(format), args))],
  ["html", atLeast(0, (args) => escapedHtml(goPrint(args)))],
  ["js", atLeast(0, (args) => escapedJs(goPrint(args)))],
  ["urlquery", atLeast(0, (args) => encodeURIComponent(goPrint(args)).replaceAll("%20", "+"))],
  ["eq", atLeast(1, equalToAny)],
  ["ne", exactly(2, ([left, right]) => !equal(left, right))],
  ["lt", exactly(2, ([left, right]) => ordered(left, right) < 0)],
  ["le", exactly(2, ([left, right]) => ordered(left, right) <= 0)],
  ["gt", exactly(2, ([left, right]) => ordered(left, right) > 0)],
  ["ge", exactly(2, ([left, right]) => ordered(left, right) >= 0)],
  ["exists", atLeast(1, ([value, ...keys]) => exists(value, keys))],
  ["base64decode", exactly(1, ([value]) => decodedBase64(textOf(value)))],
]);

function textOf(value: TemplateValue): string {
  if (typeof value !== "string")
    throw new FunctionError(`wrong type for value; expected string; got ${typeName(value)}`);
  return value;
}

function lengthOf(value: TemplateValue): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (isJsonObject(value)) return Object.keys(value).length;
  throw new FunctionError(
    value === undefined || value === null ? "len of nil pointer" : `len of type ${typeName(value)}`,
  );
}

function indexed(value: TemplateValue, key: TemplateValue): TemplateValue {
  if (value === undefined || value === null) throw new FunctionError("index of untyped nil");
  if (isJsonObject(value)) {
    if (typeof key !== "string") throw new FunctionError(`value has type ${typeName(key)}; should be string`);
    return Object.hasOwn(value, key) ? value[key] : undefined;
  }
  if (!Array.isArray(value) && typeof value !== "string")
    throw new FunctionError(`can't index item of type ${typeName(value)}`);
  if (typeof key !== "number" || !Number.isInteger(key))
    throw new FunctionError(
      key === undefined || key === null
        ? "cannot index slice/array with nil"
        : `cannot index slice/array with type ${typeName(key)}`,
    );
  const items: readonly TemplateValue[] = typeof value === "string" ? [...Buffer.from(value)] : value;
  if (key < 0 || key >= items.length) throw new FunctionError(`index out of range: ${key}`);
  return items[key];
}

function sliced(value: TemplateValue, bounds: readonly TemplateValue[]): TemplateValue {
  if (typeof value !== "string" && !Array.isArray(value))
    throw new FunctionError(`can't slice item of type ${typeName(value)}`);
  if (bounds.length > 3) throw new FunctionError(`too many slice indexes: ${bounds.length}`);
  const items = typeof value === "string" ? Buffer.from(value) : value;
  const [from = 0, to = items.length] = bounds.map((bound) => {
    if (typeof bound !== "number" || !Number.isInteger(bound))
      throw new FunctionError(`cannot index slice/array with type ${typeName(bound)}`);
    if (bound < 0 || bound > items.length) throw new FunctionError(`index out of range: ${bound}`);
    return bound;
  });
  if (from > to) throw new FunctionError(`invalid slice index: ${from} > ${to}`);
  return typeof value === "string" ? Buffer.from(value).subarray(from, to).toString() : value.slice(from, to);
}

function equalToAny([left, ...rights]: readonly TemplateValue[]): boolean {
  if (rights.length === 0) throw new FunctionError("missing argument for comparison");
  return rights.some((right) => equal(left, right));
}

function equal(left: TemplateValue, right: TemplateValue): boolean {
  const isNothing = (value: TemplateValue): boolean => value === undefined || value === null;
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  return comparing(() => isEqual(left, right), left, right);
}

const ordered = (left: TemplateValue, right: TemplateValue): number =>
  comparing(() => compare(left, right), left, right);

function comparing<T>(make: () => T, left: TemplateValue, right: TemplateValue): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ComparisonError)) throw error;
    const odd = [left, right].find((value) => typeof value === "object" && !isExactInteger(value));
    throw new FunctionError(odd === undefined ? error.message : `non-comparable type ${goJson(odd)}: ${typeName(odd)}`);
  }
}

/** kubectl's: does a path of keys lead to anything? */
function exists(value: TemplateValue, keys: readonly TemplateValue[]): boolean {
  let current = value;
  for (const key of keys) {
    if (isJsonObject(current) && typeof key === "string")
      current = Object.hasOwn(current, key) ? current[key] : undefined;
    else if (Array.isArray(current) && typeof key === "number") current = current[key];
    else return false;
  }
  return current !== undefined && current !== null;
}

function decodedBase64(text: string): string {
  const padded = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
  const compact = text.replaceAll(/[\r\n]/g, "");
  if (padded.test(compact)) return Buffer.from(compact, "base64").toString();
  const valid = /^[A-Za-z0-9+/]*/.exec(compact)?.[0].length ?? 0;
  throw new FunctionError(`base64 decode failed: illegal base64 data at input byte ${valid - (valid % 4)}`);
}

const HTML: Readonly<Record<string, string>> = {
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\0": "\uFFFD",
};

// oxlint-disable-next-line no-control-regex -- Go replaces NUL too
const escapedHtml = (text: string): string => text.replaceAll(/["'&<>\u0000]/g, (char) => HTML[char] ?? char);

// oxlint-disable-next-line no-control-regex -- control characters are what is escaped
const escapedJs = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what is escaped
  text.replaceAll(/[\\'"<>&=\u0000-\u001f]/g, (char) => {
    if (char === "\\" || char === "'" || char === '"') return `\\${char}`;
    return `\\u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
