/**
 * Values of expressions while they are evaluated. int is a bigint, double a number, uint has a class of its own; lists and maps
 * are looked into only as far as an expression asks, so that an object of the API is not copied to be judged.
 */
import { isExactInteger } from "../json/exact-integer.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listType,
  mapType,
  NULL,
  optionalType,
  STRING,
  TIMESTAMP,
  TYPE,
  typeOfType,
  UINT,
} from "./types.ts";

export type Value =
  | boolean
  | bigint
  | number
  | string
  | null
  | Uint8Array
  | Uint
  | Duration
  | Timestamp
  | TypeValue
  | Optional
  | ListValue
  | MapValue
  | OpaqueValue;

/** What ends an evaluation, or is absorbed by a logical operator. The wording is cel-go's. */
export class CelError extends Error {
  override readonly name: string = "CelError";
}

export const NO_SUCH_OVERLOAD = "no such overload";

export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

export class Duration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class Timestamp {
  /** Since 1970. */
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class TypeValue {
  readonly type: CelType;

  constructor(type: CelType) {
    this.type = type;
  }
}

export class Optional {
  readonly value: Value | undefined;

  constructor(value: Value | undefined) {
    this.value = value;
  }
}

/** A value of a library's own type. */
export abstract class OpaqueValue {
  abstract readonly type: CelType;
  abstract equals(other: OpaqueValue): boolean;

  /** Types whose values have a size that counts for costs say so. */
  costSize(): number {
    return 1;
  }
}

export abstract class ListValue {
  abstract readonly size: number;
  abstract at(index: number): Value;

  *[Symbol.iterator](): Iterator<Value> {
    for (let index = 0; index < this.size; index += 1) yield this.at(index);
  }

  /** Lists of the API may be sets or maps: order does not count there. */
  equals(other: ListValue): boolean {
    if (this.size !== other.size) return false;
    for (let index = 0; index < this.size; index += 1) {
      if (!valuesEqual(this.at(index), other.at(index))) return false;
    }
    return true;
  }

  concat(other: ListValue): ListValue {
    return new ConcatList(this, other);
  }
}

export class ArrayList extends ListValue {
  readonly #values: readonly Value[];

  constructor(values: readonly Value[]) {
    super();
    this.#values = values;
  }

  override get size(): number {
    return this.#values.length;
  }

  override at(index: number): Value {
    return this.#values[index] ?? null;
  }
}

/** Two lists one behind the other; grows at its end without a copy, as folds do. */
class ConcatList extends ListValue {
  readonly #values: Value[];
  override readonly size: number;

  constructor(first: ListValue, second: ListValue) {
    super();
    // Whoever grew the same list before has moved its end: then there must be a copy.
    this.#values = first instanceof ConcatList && first.#values.length === first.size ? first.#values : [...first];
    this.#values.push(...second);
    this.size = first.size + second.size;
  }

  override at(index: number): Value {
    return this.#values[index] ?? null;
  }
}

/** A list of JSON, adapted element by element when asked. */
class JsonList extends ListValue {
  readonly #items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    super();
    this.#items = items;
  }

  override get size(): number {
    return this.#items.length;
  }

  override at(index: number): Value {
    return fromJson(this.#items[index]);
  }
}

export abstract class MapValue {
  abstract readonly size: number;
  abstract get(key: Value): Value | undefined;
  abstract keys(): Iterable<Value>;

  equals(other: MapValue): boolean {
    if (this.size !== other.size) return false;
    for (const key of this.keys()) {
      const [own, others] = [this.get(key), other.get(key)];
      if (own === undefined || others === undefined || !valuesEqual(own, others)) return false;
    }
    return true;
  }

  /** The type it says it has. */
  get type(): CelType {
    return mapType(DYN, DYN);
  }
}

/** A map made by an expression. */
export class EntryMap extends MapValue {
  readonly #entries = new Map<string, readonly [Value, Value]>();

  constructor(entries: Iterable<readonly [Value, Value]>) {
    super();
    for (const [key, value] of entries) this.#entries.set(mapKey(key), [key, value]);
  }

  override get size(): number {
    return this.#entries.size;
  }

  override get(key: Value): Value | undefined {
    return this.#entries.get(mapKey(key))?.[1];
  }

  override *keys(): Iterable<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }

  /** A copy with one more entry. */
  with(key: Value, value: Value): EntryMap {
    return new EntryMap([...this.#entries.values(), [key, value]]);
  }
}

/** An object of JSON, adapted field by field when asked. */
class JsonMap extends MapValue {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(fields: Readonly<Record<string, unknown>>) {
    super();
    this.#fields = fields;
  }

  override get size(): number {
    return Object.keys(this.#fields).length;
  }

  override get(key: Value): Value | undefined {
    if (typeof key !== "string" || !Object.hasOwn(this.#fields, key)) return undefined;
    const value = this.#fields[key];
    return value === undefined ? undefined : fromJson(value);
  }

  override keys(): Iterable<Value> {
    return Object.keys(this.#fields).filter((key) => this.#fields[key] !== undefined);
  }
}

/** JSON as it comes: numbers without a fraction are integers. */
export function fromJson(json: unknown): Value {
  switch (typeof json) {
    case "string":
    case "boolean":
    case "bigint":
      return json;
    case "number":
      return Number.isInteger(json) ? BigInt(json) : json;
    default:
  }
  if (json === null || json === undefined) return null;
  if (isExactInteger(json)) return BigInt(json.text);
  if (Array.isArray(json)) return new JsonList(json);
  // What is left of JSON is an object.
  return new JsonMap(json as Readonly<Record<string, unknown>>);
}

/** The same key for numbers that are equal though their types differ. */
export function mapKey(key: Value): string {
  switch (typeof key) {
    case "string":
      return `s${key}`;
    case "bigint":
      return `n${key}`;
    case "number":
      return `n${key}`;
    case "boolean":
      return `b${key}`;
    default:
      if (key instanceof Uint) return `n${key.value}`;
      throw new CelError(`unsupported key type: ${typeName(key)}`);
  }
}

export function valuesEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (a instanceof ListValue) return b instanceof ListValue && a.equals(b);
  if (a instanceof MapValue) return b instanceof MapValue && a.equals(b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.type.name === b.type.name;
  if (a instanceof Optional) {
    if (!(b instanceof Optional)) return false;
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return valuesEqual(a.value, b.value);
  }
  return a instanceof OpaqueValue && b instanceof OpaqueValue && a.type.name === b.type.name && a.equals(b);
}

export const isNumber = (value: Value): value is bigint | number | Uint =>
  typeof value === "bigint" || typeof value === "number" || value instanceof Uint;

/** Undefined for NaN. */
export function compareNumbers(a: bigint | number | Uint, b: bigint | number | Uint): -1 | 0 | 1 | undefined {
  const left = a instanceof Uint ? a.value : a;
  const right = b instanceof Uint ? b.value : b;
  // JS compares bigint and number by their exact values.
  if (left < right) return -1;
  if (left > right) return 1;
  // eslint-disable-next-line eqeqeq -- 1n == 1, and 1n !== 1
  return left == right ? 0 : undefined;
}

export function typeOf(value: Value): CelType {
  switch (typeof value) {
    case "boolean":
      return BOOL;
    case "bigint":
      return INT;
    case "number":
      return DOUBLE;
    case "string":
      return STRING;
    default:
  }
  if (value === null) return NULL;
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof Uint) return UINT;
  if (value instanceof Duration) return DURATION;
  if (value instanceof Timestamp) return TIMESTAMP;
  if (value instanceof ListValue) return listType(DYN);
  if (value instanceof TypeValue) return typeOfType(value.type);
  if (value instanceof Optional) return optionalType(DYN);
  return value.type;
}

/** `int`, `map` or `google.protobuf.Timestamp`: without parameters. */
export const typeName = (value: Value): string => (value instanceof TypeValue ? TYPE.name : typeOf(value).name);

/** For messages. */
export function shownValue(value: Value): string {
  if (value === null) return "null";
  if (typeof value !== "object") return String(value);
  return value instanceof Uint ? String(value.value) : typeName(value);
}
