import { parseDuration, parseTimestamp } from "../../lib/cel/time-text.ts";
import {
  ArrayList,
  CelError,
  fromJson,
  ListValue,
  mapKey,
  MapValue,
  type Value,
  valuesEqual,
} from "../../lib/cel/values.ts";
/** Values of JSON as their schemas mean them (apiserver/pkg/cel/common/valuesunstructured.go). */
import { integerOf, isExactInteger } from "../../lib/json/exact-integer.ts";
import { escapeName, unescapeName } from "./escaping.ts";
import { type CelSchema, withTypeAndObjectMeta } from "./schema-type.ts";

/** Throws CelError where the value is not what the schema says. */
export function schemaValue(json: unknown, schema: CelSchema): Value {
  if (json === null || json === undefined) {
    if (schema.nullable) return null;
    throw new CelError("invalid data, got null for schema with nullable=false");
  }
  if (schema["x-kubernetes-int-or-string"]) {
    const integer = integerOf(json);
    if (integer !== undefined) return integer;
    if (typeof json === "string") return json;
    throw new CelError("invalid data, expected XIntOrString value to be either a string or integer");
  }
  switch (schema.type) {
    case "object":
      if (typeof json !== "object" || Array.isArray(json) || isExactInteger(json)) {
        throw new CelError("invalid data, expected a map for the provided schema with type=object");
      }
      return new SchemaMap(
        // An object of JSON.
        json as Readonly<Record<string, unknown>>,
        schema["x-kubernetes-embedded-resource"] ? withTypeAndObjectMeta(schema) : schema,
      );
    case "array":
      if (!Array.isArray(json)) {
        throw new CelError("invalid data, expected an array for the provided schema with type=array");
      }
      if (!schema.items) throw new CelError("invalid array type, expected Items with a non-empty Schema");
      return new SchemaList(json, schema.items, schema);
    case "string":
      if (typeof json !== "string") throw new CelError(`invalid data, expected string, got ${goType(json)}`);
      return textValue(json, schema.format);
    case "number":
      if (typeof json === "number") return json;
      if (isExactInteger(json)) return Number(json.text);
      throw new CelError(`invalid data, expected float, got ${goType(json)}`);
    case "integer": {
      const integer = integerOf(json);
      if (integer === undefined) throw new CelError(`invalid data, expected int, got ${goType(json)}`);
      return integer;
    }
    case "boolean":
      if (typeof json !== "boolean") throw new CelError(`invalid data, expected bool, got ${goType(json)}`);
      return json;
    default:
      return fromJson(json);
  }
}

function goType(json: unknown): string {
  if (typeof json === "number") return Number.isInteger(json) ? "int64" : "float64";
  if (typeof json === "boolean") return "bool";
  if (typeof json === "string") return "string";
  return Array.isArray(json) ? "[]interface {}" : "map[string]interface {}";
}

function textValue(text: string, format: string | undefined): Value {
  const problem = (what: string): CelError => new CelError(`Invalid ${what} ${text}`);
  switch (format) {
    case "duration": {
      const duration = parseDuration(text.replaceAll(" ", ""));
      if (!duration) throw problem("duration");
      return duration;
    }
    case "date": {
      const date = parseTimestamp(`${text}T00:00:00Z`);
      if (!date) throw problem("date formatted string");
      return date;
    }
    case "date-time": {
      const time = parseTimestamp(text.replace(/[ t]/, "T").replace(/z$/, "Z"));
      if (!time) throw problem("date-time formatted string");
      return time;
    }
    case "byte":
      return new Uint8Array(Buffer.from(text, "base64"));
    default:
      return text;
  }
}

/** An object whose fields have schemas, or a map whose values have one. */
class SchemaMap extends MapValue {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #schema: CelSchema;

  constructor(fields: Readonly<Record<string, unknown>>, schema: CelSchema) {
    super();
    this.#fields = fields;
    this.#schema = schema;
  }

  override get size(): number {
    return Object.keys(this.#fields).length;
  }

  override get(key: Value): Value | undefined {
    if (typeof key !== "string") return undefined;
    const name = this.#schema.properties ? unescapeName(key) : key;
    if (name === undefined || !Object.hasOwn(this.#fields, name)) return undefined;
    const schema = this.#schemaOf(name);
    const value = this.#fields[name];
    if (!schema || value === undefined) return undefined;
    return schemaValue(value, schema);
  }

  override *keys(): Iterable<Value> {
    for (const name of Object.keys(this.#fields)) {
      if (this.#fields[name] === undefined || !this.#schemaOf(name)) continue;
      yield this.#schema.properties ? (escapeName(name) ?? name) : name;
    }
  }

  #schemaOf(name: string): CelSchema | undefined {
    const { properties, additionalProperties } = this.#schema;
    if (properties) return Object.hasOwn(properties, name) ? properties[name] : undefined;
    return typeof additionalProperties === "object" ? additionalProperties : undefined;
  }
}

class SchemaList extends ListValue {
  readonly #items: readonly unknown[];
  readonly #itemSchema: CelSchema;
  readonly #schema: CelSchema;

  constructor(items: readonly unknown[], itemSchema: CelSchema, schema: CelSchema) {
    super();
    this.#items = items;
    this.#itemSchema = itemSchema;
    this.#schema = schema;
  }

  override get size(): number {
    return this.#items.length;
  }

  override at(index: number): Value {
    return schemaValue(this.#items[index], this.#itemSchema);
  }

  /** Sets and maps are equal in any order. */
  override equals(other: ListValue): boolean {
    const keyOf = this.#key();
    if (!keyOf) return super.equals(other);
    if (this.size !== other.size) return false;
    const own = new Map([...this].map((each) => [keyOf(each), each]));
    for (const each of other) {
      const same = own.get(keyOf(each));
      if (same === undefined || !valuesEqual(same, each)) return false;
    }
    return true;
  }

  /** Adding to a set leaves out what is there, adding to a map replaces it. */
  override concat(other: ListValue): ListValue {
    const keyOf = this.#key();
    if (!keyOf) return super.concat(other);
    const result = new Map([...this].map((each) => [keyOf(each), each]));
    for (const each of other) {
      const key = keyOf(each);
      if (this.#schema["x-kubernetes-list-type"] === "map" || !result.has(key)) result.set(key, each);
    }
    return new KeyedList([...result.values()], keyOf);
  }

  #key(): ((value: Value) => string) | undefined {
    switch (this.#schema["x-kubernetes-list-type"]) {
      case "set":
        return keyText;
      case "map": {
        const keys = this.#schema["x-kubernetes-list-map-keys"] ?? [];
        return (value) =>
          value instanceof MapValue
            ? keys.map((key) => keyText(value.get(escapeName(key) ?? key) ?? null)).join("\u0000")
            : "";
      }
      default:
        return undefined;
    }
  }
}

const keyText = (value: Value): string => {
  if (value === null) return "null";
  return typeof value === "object" ? JSON.stringify(value) : mapKey(value);
};

/** What comes of adding to a set or map: still one. */
class KeyedList extends ArrayList {
  readonly #keyOf: (value: Value) => string;

  constructor(values: readonly Value[], keyOf: (value: Value) => string) {
    super(values);
    this.#keyOf = keyOf;
  }

  override equals(other: ListValue): boolean {
    if (this.size !== other.size) return false;
    const own = new Map([...this].map((each) => [this.#keyOf(each), each]));
    return [...other].every((each) => {
      const same = own.get(this.#keyOf(each));
      return same !== undefined && valuesEqual(same, each);
    });
  }
}
