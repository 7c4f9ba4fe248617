import type { JsonObject, JsonValue } from "../../../lib/json/json-value.ts";

/**
 * One step of a field path, written as in fieldsV1: `f:replicas` a field, `k:{"name":"web"}` the item of a list that has
 * these keys, `v:"a"` the item of a set that is this value, `i:0` the item at a place. Equal steps are equal strings.
 */
export type PathElement = string;

export const fieldElement = (name: string): PathElement => `f:${name}`;
export const valueElement = (value: JsonValue): PathElement => `v:${JSON.stringify(value)}`;

/** `keys` must be sorted by name. */
export const keyElement = (keys: JsonObject): PathElement => `k:${JSON.stringify(keys)}`;

/** Whether a key of fieldsV1 is a step; a future version may know more of them, and those are passed over. */
export const isPathElement = (key: string): boolean => /^[fvki]:/.test(key);

/** As messages show a path: `.spec.containers[name="web"].image`. */
export const pathText = (path: readonly PathElement[]): string => path.map(elementText).join("");

function elementText(element: PathElement): string {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return `.${rest}`;
  if (element.startsWith("v:")) return `[=${rest}]`;
  if (element.startsWith("i:")) return `[${rest}]`;
  // Written by keyElement, or checked when it was read.
  const keys = JSON.parse(rest) as JsonObject;
  const shown = Object.entries(keys).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `[${shown.join(",")}]`;
}
