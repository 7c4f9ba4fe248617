import { isExactInteger } from "../../../lib/json/exact-integer.ts";
import { ProtobufWriter } from "../../../lib/wire/protobuf-writer.ts";
import type { Field, ValueType } from "../schema.ts";
import { type MessagePlan, messagePlan } from "./message-plan.ts";
import { type SpecialForm, specialForms } from "./special-forms.ts";

/** An object in its canonical JSON form -> the bytes of its message, without kind and apiVersion, which lie outside. */
export function encodeMessage(definitionName: string, object: object): Uint8Array {
  const writer = new ProtobufWriter();
  writeFields(writer, messagePlan(definitionName), object);
  return writer.finish();
}

/** From the last field to the first: the writer goes backwards. */
function writeFields(writer: ProtobufWriter, plan: MessagePlan, object: object): void {
  // Objects are JSON values of the plan's definition.
  const values = object as Readonly<Record<string, unknown>>;
  for (const entry of plan.entries.toReversed()) {
    if ("inlined" in entry) {
      if (hasAny(entry.inlined, values)) writer.message(entry.number, () => writeFields(writer, entry.inlined, values));
    } else {
      const value = values[entry.property];
      if (value !== undefined && value !== null) writeField(writer, entry.number, entry.field, value);
    }
  }
}

function hasAny(plan: MessagePlan, values: Readonly<Record<string, unknown>>): boolean {
  return plan.entries.some((entry) =>
    "inlined" in entry
      ? hasAny(entry.inlined, values)
      : values[entry.property] !== undefined && values[entry.property] !== null,
  );
}

function writeField(writer: ProtobufWriter, number: number, field: Field, value: unknown): void {
  if (field.wireWrapped && Array.isArray(value))
    writer.message(number, () => writeValue(writer, 1, { ...field, type: "array" }, value));
  else writeValue(writer, number, field, value);
}

function writeValue(writer: ProtobufWriter, number: number, type: ValueType, value: unknown): void {
  if (type.items && Array.isArray(value)) {
    for (const item of value.toReversed()) writeValue(writer, number, type.items, item);
  } else if (type.values) writeMap(writer, number, type.values, value as Readonly<Record<string, unknown>>);
  else if (type.ref !== undefined) writeReferred(writer, number, type.ref, value);
  else writeScalar(writer, number, type, value);
}

/** Each pair is a message of its own, in the order of the keys, so that equal maps have equal bytes. */
function writeMap(
  writer: ProtobufWriter,
  number: number,
  valueType: ValueType,
  map: Readonly<Record<string, unknown>>,
): void {
  for (const key of Object.keys(map).toSorted().toReversed()) {
    const value = map[key];
    writer.message(number, () => {
      // Lists cannot be values of a map on the wire: they lie in a message.
      if (valueType.items) writer.message(2, () => writeValue(writer, 1, valueType, value));
      else writeValue(writer, 2, valueType, value);
      writer.text(1, key);
    });
  }
}

function writeReferred(writer: ProtobufWriter, number: number, ref: string, value: unknown): void {
  const special: SpecialForm | undefined = specialForms[ref];
  if (special) writer.message(number, () => special.write(writer, value, encodeMessage));
  else writer.message(number, () => writeFields(writer, messagePlan(ref), value as object));
}

function writeScalar(writer: ProtobufWriter, number: number, { type, format }: ValueType, value: unknown): void {
  switch (type) {
    case "boolean":
      return writer.boolean(number, value === true);
    case "integer":
      return writer.integer(number, isExactInteger(value) ? BigInt(value.text) : Number(value));
    case "number":
      return writer.double(number, Number(value));
    case "string":
      return format === "byte"
        ? writer.bytes(number, Buffer.from(String(value), "base64"))
        : writer.text(number, String(value));
    case "array":
    case "object":
    case undefined:
      throw new Error(`A field of type ${type} has no wire form`);
  }
}
