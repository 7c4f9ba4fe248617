import type { ExactInteger } from "./exact-integer.ts";
import { isExactInteger } from "./exact-integer.ts";

/** What JSON and YAML bodies decode to. */
export type JsonValue = null | boolean | number | string | ExactInteger | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isExactInteger(value);

/** Assigning to `__proto__` would change the prototype, and a ConfigMap may have a key of that name. */
export function setKey(object: JsonObject, key: string, value: JsonValue | undefined): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else object[key] = value;
}

/** A missing key and a key that is undefined are the same; the order of keys does not count. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  }
  if (Array.isArray(b)) return false;
  if (isExactInteger(a) || isExactInteger(b)) return isExactInteger(a) && isExactInteger(b) && a.rawJSON === b.rawJSON;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key in left) if (!jsonEqual(left[key], own(right, key))) return false;
  for (const key in right) if (right[key] !== undefined && own(left, key) === undefined) return false;
  return true;
}

/** The value of an own key: `constructor` must not be found on the prototype. */
const own = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** structuredClone turns exact integers into plain objects; this keeps them. */
export function cloneJson<T>(value: T): T {
  if (typeof value !== "object" || value === null || isExactInteger(value)) return value;
  // The clone has the shape of the original by construction.
  if (Array.isArray(value)) return value.map(cloneJson) as T;
  const copy: JsonObject = {};
  for (const [key, child] of Object.entries(value)) setKey(copy, key, cloneJson(child) as JsonValue);
  return copy as T;
}
