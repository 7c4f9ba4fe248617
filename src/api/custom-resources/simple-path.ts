import { goText } from "../../lib/go/go-text.ts";
import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, ownValue } from "../../lib/json/json-value.ts";
import type { KubeObject } from "../resource-type.ts";

/** A place in an object by the names that lead to it: `.spec.replicas`. */
export interface SimplePath {
  readonly read: (object: Readonly<KubeObject>) => JsonValue | undefined;
  /** The object with another value there. Neither it nor what is in it is changed. */
  readonly written: (object: KubeObject, value: JsonValue) => KubeObject;
}

export function specifiedPath(path: string): SimplePath {
  const names = path.replace(/^\./, "").split(".");
  return {
    read: (object) => valueAtNames(object as unknown as JsonObject, names),
    // Objects are JSON.
    written: (object, value) => withValue(object as unknown as JsonObject, names, value) as unknown as KubeObject,
  };
}

function valueAtNames(object: JsonObject, names: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const name of names) {
    if (!isJsonObject(value)) return undefined;
    value = ownValue(value, name);
  }
  return value;
}

function withValue(object: JsonObject, [name = "", ...rest]: readonly string[], value: JsonValue): JsonObject {
  if (rest.length === 0) return { ...object, [name]: value };
  const under = ownValue(object, name);
  return { ...object, [name]: withValue(isJsonObject(under) ? under : {}, rest, value) };
}

/** A value as field selectors compare it. */
export function fieldText(value: unknown): string {
  return value === undefined || value === null ? "" : goText(value);
}
