/** Fields, keys and indexes of values. */
import {
  CelError,
  ListValue,
  MapValue,
  NO_SUCH_OVERLOAD,
  Optional,
  shownValue,
  typeName,
  Uint,
  type Value,
} from "./values.ts";

export function fieldOf(target: Value, field: string): Value {
  if (target instanceof Optional) return optionalFieldOf(target, field);
  if (!(target instanceof MapValue)) throw new CelError(NO_SUCH_OVERLOAD);
  const value = target.get(field);
  if (value === undefined) throw new CelError(`no such key: ${field}`);
  return value;
}

export function hasField(target: Value, field: string): boolean {
  if (target instanceof Optional) return target.value !== undefined && hasField(target.value, field);
  if (!(target instanceof MapValue)) throw new CelError(NO_SUCH_OVERLOAD);
  return target.get(field) !== undefined;
}

export function entryOf(target: Value, key: Value): Value {
  if (target instanceof Optional) return optionalEntryOf(target, key);
  if (target instanceof MapValue) {
    const value = target.get(wholeKey(key));
    if (value === undefined) throw new CelError(`no such key: ${shownValue(key)}`);
    return value;
  }
  if (!(target instanceof ListValue)) throw new CelError(NO_SUCH_OVERLOAD);
  const index = listIndex(key);
  if (index < 0 || index >= target.size) throw new CelError(`index out of bounds: ${index}`);
  return target.at(index);
}

export function optionalFieldOf(target: Value, field: Value): Value {
  if (target instanceof Optional) return target.value === undefined ? target : optionalFieldOf(target.value, field);
  if (!(target instanceof MapValue)) throw new CelError(NO_SUCH_OVERLOAD);
  return new Optional(target.get(field));
}

export function optionalEntryOf(target: Value, key: Value): Value {
  if (target instanceof Optional) return target.value === undefined ? target : optionalEntryOf(target.value, key);
  if (target instanceof MapValue) return new Optional(target.get(wholeKey(key)));
  if (!(target instanceof ListValue)) throw new CelError(NO_SUCH_OVERLOAD);
  const index = listIndex(key);
  return new Optional(index < 0 || index >= target.size ? undefined : target.at(index));
}

/** Doubles without a fraction find integer keys. */
const wholeKey = (key: Value): Value => (typeof key === "number" && Number.isInteger(key) ? BigInt(key) : key);

function listIndex(key: Value): number {
  if (typeof key === "bigint") return Number(key);
  if (key instanceof Uint) return Number(key.value);
  if (typeof key === "number" && Number.isInteger(key)) return key;
  throw new CelError(`unsupported index type '${typeName(key)}' in list`);
}
