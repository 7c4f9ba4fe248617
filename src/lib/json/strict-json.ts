import type { DecodedJson } from "./json-reader.ts";
import { exactJson, JsonSyntaxError, MAX_DEPTH } from "./json-reader.ts";
import type { JsonValue } from "./json-value.ts";

/** Integers of up to 15 digits are exact in a double. */
const EXACT_DIGITS = 15;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Decodes JSON as Kubernetes does: integers beyond 2^53 stay exact, duplicate keys are found, invalid UTF-8 becomes U+FFFD.
 * Throws JsonSyntaxError in Go's wording. Ordinary bodies cost one look at each character more than JSON.parse.
 */
export function decodeJson(body: Uint8Array | string): DecodedJson {
  const text = typeof body === "string" ? body : decoder.decode(body);
  const shape = shapeOf(text);
  if (shape.hasLongNumber || shape.depth > MAX_DEPTH) return exactJson(text);
  const value = parsed(text);
  return countKeys(value) === shape.keys ? { value, duplicates: [] } : exactJson(text);
}

/** Parses JSON that we wrote ourselves: without looking for duplicates, but integers stay exact. */
export function parseJson(text: string): JsonValue {
  return LONG_NUMBER.test(text) ? exactJson(text).value : parsed(text);
}

const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

function parsed(text: string): JsonValue {
  try {
    // JSON.parse gives JSON values.
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    exactJson(text);
    throw new JsonSyntaxError(cause instanceof Error ? cause.message : String(cause));
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

interface Shape {
  /** How many `key:` there are. Fewer keys in the parsed value mean that some were there twice. */
  keys: number;
  depth: number;
  hasLongNumber: boolean;
}

/** Counts what JSON.parse does not tell. Text that is not JSON gives any answer: JSON.parse will refuse it. */
function shapeOf(text: string): Shape {
  let keys = 0;
  let depth = 0;
  let deepest = 0;
  let digits = 0;
  let hasLongNumber = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) {
      if (++digits > EXACT_DIGITS) hasLongNumber = true;
      continue;
    }
    digits = 0;
    if (code === QUOTE) {
      at = closingQuote(text, at);
      if (at === -1) break;
    } else if (code === COLON) keys++;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) deepest = depth;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return { keys, depth: deepest, hasLongNumber };
}

function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1);
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  for (const key in value) {
    const child = (value as Record<string, unknown>)[key];
    count += typeof child === "object" ? 1 + countKeys(child) : 1;
  }
  return count;
}
