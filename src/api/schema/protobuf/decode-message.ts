import { jsonInteger } from "../../../lib/json/exact-integer.ts";
import { isJsonObject, type JsonObject, type JsonValue, ownValue, setKey } from "../../../lib/json/json-value.ts";
import { ProtobufError, ProtobufReader } from "../../../lib/wire/protobuf-reader.ts";
import type { Field, ValueType } from "../schema.ts";
import { type MessagePlan, messagePlan } from "./message-plan.ts";
import { specialForms } from "./special-forms.ts";

/** Upstream refuses deeper ones too; without a limit a few kilobytes would fill the stack. */
const MAX_DEPTH = 100;

/**
 * The bytes of a message -> its JSON form. Fields that are unset on the wire, and those that hold the zero value of their type without
 * keeping presence, are left out, as JSON leaves them out. Unknown fields are passed over. Throws ProtobufError for damage.
 */
export function decodeMessage(definitionName: string, reader: ProtobufReader, depth = 0): JsonObject {
  const object: JsonObject = {};
  readFields(messagePlan(definitionName), reader, object, depth);
  return object;
}

function readFields(plan: MessagePlan, reader: ProtobufReader, target: JsonObject, depth: number): void {
  if (depth > MAX_DEPTH) throw new ProtobufError("message is nested too deeply");
  while (reader.next()) {
    const entry = plan.byNumber.get(reader.field);
    if (!entry) reader.skip();
    else if ("inlined" in entry) readFields(entry.inlined, reader.message(), target, depth + 1);
    else readField(entry.property, entry.field, reader, target, depth + 1);
  }
}

function readField(property: string, field: Field, reader: ProtobufReader, target: JsonObject, depth: number): void {
  const present = ownValue(target, property);
  if (field.wireWrapped && field.items) target[property] = readList(field.items, reader.message(), depth);
  else if (field.items) {
    const item = readValue(field.items, reader, depth);
    if (Array.isArray(present)) present.push(item);
    else target[property] = [item];
  } else if (field.values) {
    const pairs = isJsonObject(present) ? present : {};
    readPair(field.values, reader.message(), pairs, depth);
    target[property] = pairs;
  } else {
    const value = readValue(field, reader, depth);
    if (value === null || (!field.pointer && (value === "" || value === 0 || value === false))) return;
    target[property] = value;
  }
}

function readPair(valueType: ValueType, pair: ProtobufReader, target: JsonObject, depth: number): void {
  let key = "";
  let value: JsonValue | undefined;
  while (pair.next()) {
    if (pair.field === 1) key = pair.text();
    // Lists cannot be values of a map on the wire: they lie in a message.
    else if (pair.field === 2)
      value = valueType.items ? readList(valueType.items, pair.message(), depth) : readValue(valueType, pair, depth);
    else pair.skip();
  }
  setKey(target, key, value ?? emptyValue(valueType));
}

function readList(items: ValueType, reader: ProtobufReader, depth: number): JsonValue[] {
  const list: JsonValue[] = [];
  while (reader.next()) {
    if (reader.field === 1) list.push(readValue(items, reader, depth));
    else reader.skip();
  }
  return list;
}

/** A pair without a value has that of its type. */
function emptyValue({ type, items, ref }: ValueType): JsonValue {
  if (items) return [];
  if (ref !== undefined) return {};
  if (type === "boolean") return false;
  return type === "integer" || type === "number" ? 0 : "";
}

function readValue(type: ValueType, reader: ProtobufReader, depth: number): JsonValue {
  if (type.ref === undefined) return readScalar(type, reader);
  const special = ownValue(specialForms, type.ref);
  const message = reader.message();
  if (special) return special.read(message, (name, inner) => decodeMessage(name, inner, depth + 1));
  return decodeMessage(type.ref, message, depth + 1);
}

function readScalar({ type, format }: ValueType, reader: ProtobufReader): JsonValue {
  switch (type) {
    case "boolean":
      return reader.boolean();
    case "integer":
      return jsonInteger(format === "int32" ? BigInt.asIntN(32, reader.integer()) : reader.integer());
    case "number":
      return reader.double();
    case "string":
      return format === "byte" ? Buffer.from(reader.bytes()).toString("base64") : reader.text();
    case "array":
    case "object":
    case undefined:
      throw new ProtobufError(`field ${reader.field} has no wire form`);
  }
  throw new ProtobufError(`field ${reader.field} has no wire form`);
}
