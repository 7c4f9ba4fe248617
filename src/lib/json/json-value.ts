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

/** The value of an own key: `constructor` must not be found on the prototype. */
export const ownValue = <T>(object: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** A missing key and a key that is undefined are the same; the order of keys does not count. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  }
  if (Array.isArray(b)) return false;
  if (isExactInteger(a) || isExactInteger(b)) return isExactInteger(a) && isExactInteger(b) && a.text === b.text;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  for (const key in left) if (!jsonEqual(left[key], ownValue(right, key))) return false;
  for (const key in right) if (right[key] !== undefined && ownValue(left, key) === undefined) return false;
  return true;
}

/** structuredClone turns exact integers into plain objects; this keeps them. */
export function cloneJson<T>(value: T): T {
  if (typeof value !== "object" || value === null || isExactInteger(value)) return value;
  // The clone has the shape of the original by construction.
  if (Array.isArray(value)) return value.map(cloneJson) as T;
  const copy: JsonObject = {};
  for (const [key, child] of Object.entries(value)) setKey(copy, key, cloneJson(child) as JsonValue);
  return copy as T;
}
