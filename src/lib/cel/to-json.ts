import { jsonInteger } from "../json/exact-integer.ts";
import { durationText, timestampText } from "./time-text.ts";
import { CelError, Duration, ListValue, MapValue, Optional, Timestamp, typeName, Uint, type Value } from "./values.ts";

/** A value as JSON; integers keep all their digits. */
export function toJson(value: Value): unknown {
  if (typeof value === "bigint") return jsonInteger(value);
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Uint) return jsonInteger(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Duration) return durationText(value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof ListValue) return [...value].map(toJson);
  if (value instanceof Optional && value.value !== undefined) return toJson(value.value);
  if (!(value instanceof MapValue)) throw new CelError(`unsupported conversion of ${typeName(value)} to JSON`);
  const object: Record<string, unknown> = {};
  for (const key of value.keys()) {
    if (typeof key !== "string") throw new CelError(`map key of type ${typeName(key)}, not string`);
    object[key] = toJson(value.get(key) ?? null);
  }
  return object;
}
