import { jsonInteger } from "../../lib/exact-integer.ts";
import { isJsonObject, setKey, type JsonObject, type JsonValue } from "../../lib/json-value.ts";
import { ProtobufError, ProtobufReader } from "../../lib/protobuf-reader.ts";
import { decodeJson } from "../../lib/strict-json.ts";
import { specialMessages } from "./protobuf-special.ts";
import { definition, definitionOf, type Definition, type Field, type ValueType } from "./schema.ts";

/** The bytes by which Kubernetes' protobuf form begins, before an envelope that names the kind. */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0]);

/**
 * The JSON form of a body in Kubernetes' protobuf, with kind and apiVersion. Zero values are there, as Go sends them: what
 * decodes the value by its definition drops them. `fallback` is the definition for a kind the API does not have.
 */
export function protobufValue(body: Uint8Array, fallback: string): JsonObject {
  if (!MAGIC.equals(body.subarray(0, MAGIC.length))) {
    throw new ProtobufError(
      `provided data does not appear to be a protobuf message, expected prefix [${[...MAGIC].join(" ")}]`,
    );
  }
  const { apiVersion, kind, raw } = envelope(body.subarray(MAGIC.length));
  const parts = apiVersion.split("/");
  const [group = "", version = ""] = parts.length === 2 ? parts : ["", apiVersion];
  const name = definitionOf({ group, version, kind }) ?? fallback;
  return {
    ...(kind ? { kind } : {}),
    ...(apiVersion ? { apiVersion } : {}),
    ...message(name, new ProtobufReader(raw)),
  };
}

function envelope(bytes: Uint8Array): { readonly apiVersion: string; readonly kind: string; readonly raw: Uint8Array } {
  let apiVersion = "";
  let kind = "";
  let raw = new Uint8Array();
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    if (reader.field === 2) raw = Uint8Array.from(reader.bytes());
    else if (reader.field === 1) {
      const typeMeta = reader.message();
      while (typeMeta.next()) {
        if (typeMeta.field === 1) apiVersion = typeMeta.text();
        else if (typeMeta.field === 2) kind = typeMeta.text();
        else typeMeta.skip();
      }
    } else reader.skip();
  }
  return { apiVersion, kind, raw };
}

interface WireField extends Field {
  readonly key: string;
}

/** What a field number leads to: a field, or the message that JSON writes into its parent. */
type WirePlan = Map<number, WireField | WirePlan>;

// Memories of what follows from the constant facts.
const plans = new Map<Definition, WirePlan>();

function planOf(facts: Definition): WirePlan {
  const known = plans.get(facts);
  if (known) return known;
  const plan: WirePlan = new Map();
  for (const [key, field] of Object.entries(facts.properties ?? {})) {
    const path = [field.wire ?? []].flat();
    const last = path.pop();
    if (last === undefined) continue;
    let level = plan;
    for (const number of path) {
      const next = level.get(number);
      const nested: WirePlan = next instanceof Map ? next : new Map();
      level.set(number, nested);
      level = nested;
    }
    level.set(last, { ...field, key });
  }
  plans.set(facts, plan);
  return plan;
}

function message(name: string, reader: ProtobufReader): JsonObject {
  const object: JsonObject = {};
  readFields(planOf(definition(name)), reader, object);
  return object;
}

function readFields(plan: WirePlan, reader: ProtobufReader, object: JsonObject): void {
  while (reader.next()) {
    const target = plan.get(reader.field);
    if (target instanceof Map) readFields(target, reader.message(), object);
    else if (target) readField(target, reader, object);
    else reader.skip();
  }
}

function readField(field: WireField, reader: ProtobufReader, object: JsonObject): void {
  const { key, items, values, wireWrapped = false } = field;
  if (items) {
    const list = wireWrapped ? wrappedItems(items, reader.message()) : [single(items, reader)];
    const present = object[key];
    setKey(object, key, Array.isArray(present) ? [...present, ...list] : list);
  } else if (values) {
    const [entryKey, value] = mapEntry(values, wireWrapped, reader.message());
    const present = object[key];
    const map = isJsonObject(present) ? present : {};
    setKey(map, entryKey, value);
    setKey(object, key, map);
  } else {
    setKey(object, key, single(field, reader));
  }
}

/** A list that is a message of its own: `items` is its field 1. */
function wrappedItems(items: ValueType, reader: ProtobufReader): JsonValue[] {
  const list: JsonValue[] = [];
  while (reader.next()) {
    if (reader.field === 1) list.push(single(items, reader));
    else reader.skip();
  }
  return list;
}

function mapEntry(values: ValueType, isWrapped: boolean, reader: ProtobufReader): readonly [string, JsonValue] {
  let key = "";
  let value: JsonValue | undefined;
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field !== 2) reader.skip();
    else if (isWrapped && values.items) value = wrappedItems(values.items, reader.message());
    else value = single(values, reader);
  }
  // Go leaves an empty value out only where it is the zero value of its type.
  return [key, value ?? (values.type === "string" ? "" : null)];
}

function single(type: ValueType, reader: ProtobufReader): JsonValue {
  if (type.ref !== undefined) {
    const special = specialMessages[type.ref];
    return special ? special(reader.message(), message) : message(type.ref, reader.message());
  }
  switch (type.type ?? "object") {
    case "integer":
      // An integer beyond 2^53 keeps its digits.
      return jsonInteger(reader.integer());
    case "number":
      return reader.double();
    case "boolean":
      return reader.boolean();
    case "string":
      return type.format === "byte" ? Buffer.from(reader.bytes()).toString("base64") : reader.text();
    case "array":
    case "object":
      // Values of any shape travel as JSON text.
      return decodeJson(reader.bytes()).value;
  }
}
