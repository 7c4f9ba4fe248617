import { goDuration, goDurationMs } from "../../../lib/go/go-duration.ts";
import type { JsonObject, JsonValue } from "../../../lib/json/json-value.ts";
import { parseJson } from "../../../lib/json/strict-json.ts";
import { ProtobufError, type ProtobufReader } from "../../../lib/wire/protobuf-reader.ts";
import type { ProtobufWriter } from "../../../lib/wire/protobuf-writer.ts";

/**
 * Types whose JSON form is not that of their message. Numbers and forms from the generated.proto files of apimachinery and
 * apiextensions-apiserver.
 */
export interface SpecialForm {
  /** Writes the message's fields, the last one first. */
  write(writer: ProtobufWriter, value: unknown, encode: (definitionName: string, object: object) => Uint8Array): void;
  /** Null: unset. */
  read(reader: ProtobufReader, decode: Decode): JsonValue;
}

type Decode = (definitionName: string, reader: ProtobufReader) => JsonObject;

const META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
const EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";
const SCHEMA = `${EXTENSIONS}JSONSchemaProps`;

/** Bytes of JSON in field 1. */
const rawJson: SpecialForm = {
  write: (writer, value) => writer.text(1, JSON.stringify(value)),
  read(reader) {
    const raw = onlyField(reader, 1, () => reader.text());
    if (raw === undefined || raw === "") return null;
    try {
      return parseJson(raw);
    } catch {
      throw new ProtobufError("the raw bytes of an embedded object are not JSON");
    }
  },
};

const quantity: SpecialForm = {
  write: (writer, value) => writer.text(1, String(value)),
  read: (reader) => onlyField(reader, 1, () => reader.text()) ?? "0",
};

const intOrString: SpecialForm = {
  write(writer, value) {
    const isText = typeof value === "string";
    writer.text(3, isText ? value : "");
    writer.integer(2, isText ? 0 : Number(value));
    writer.integer(1, isText ? 1 : 0);
  },
  read(reader) {
    let isText = false;
    let number = 0;
    let text = "";
    while (reader.next()) {
      if (reader.field === 1) isText = reader.integer() === 1n;
      else if (reader.field === 2) number = Number(BigInt.asIntN(32, reader.integer()));
      else if (reader.field === 3) text = reader.text();
      else reader.skip();
    }
    return isText ? text : number;
  },
};

function time(digits: 0 | 6): SpecialForm {
  return {
    write(writer, value) {
      const ms = Date.parse(String(value));
      // Beyond milliseconds only the text knows.
      const fraction = /\.(\d+)/.exec(String(value))?.[1] ?? "";
      writer.integer(2, Number(fraction.padEnd(9, "0").slice(0, 9)));
      writer.integer(1, Math.floor(ms / 1000));
    },
    read(reader) {
      let seconds: number | undefined;
      let nanoseconds = 0;
      while (reader.next()) {
        if (reader.field === 1) seconds = Number(reader.integer());
        else if (reader.field === 2) nanoseconds = Number(reader.integer());
        else reader.skip();
      }
      return seconds === undefined ? null : timeText(seconds, nanoseconds, digits);
    },
  };
}

function timeText(seconds: number, nanoseconds: number, digits: 0 | 6): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new ProtobufError(`a time of ${seconds} seconds is out of range`);
  const text = date.toISOString().slice(0, 19);
  return digits === 0 ? `${text}Z` : `${text}.${String(Math.floor(nanoseconds / 1000)).padStart(6, "0")}Z`;
}

const NANOSECONDS_PER_MS = 1_000_000;

/** Nanoseconds in field 1; as JSON the text that Go makes of them. */
const duration: SpecialForm = {
  write: (writer, value) => writer.integer(1, Math.round((goDurationMs(String(value)) ?? 0) * NANOSECONDS_PER_MS)),
  read: (reader) => goDuration((onlyField(reader, 1, () => Number(reader.integer())) ?? 0) / NANOSECONDS_PER_MS),
};

/** A schema in field 1, or several in field 2. */
const schemaOrArray: SpecialForm = {
  write(writer, value, encode) {
    if (Array.isArray(value)) for (const each of value.toReversed()) writer.bytes(2, encode(SCHEMA, each as object));
    else writer.bytes(1, encode(SCHEMA, value as object));
  },
  read(reader, decode) {
    let schema: JsonObject | undefined;
    const schemas: JsonObject[] = [];
    while (reader.next()) {
      if (reader.field === 1) schema = decode(SCHEMA, reader.message());
      else if (reader.field === 2) schemas.push(decode(SCHEMA, reader.message()));
      else reader.skip();
    }
    return schema ?? schemas;
  },
};

/** A boolean in field 1, or a schema in field 2. */
const schemaOrBool: SpecialForm = {
  write(writer, value, encode) {
    if (typeof value === "boolean") return writer.boolean(1, value);
    writer.bytes(2, encode(SCHEMA, value as object));
    writer.boolean(1, true);
  },
  read(reader, decode) {
    let allows = false;
    let schema: JsonObject | undefined;
    while (reader.next()) {
      if (reader.field === 1) allows = reader.boolean();
      else if (reader.field === 2) schema = decode(SCHEMA, reader.message());
      else reader.skip();
    }
    return schema ?? allows;
  },
};

/** A schema in field 1, or names in field 2. */
const schemaOrNames: SpecialForm = {
  write(writer, value, encode) {
    if (Array.isArray(value)) for (const each of value.toReversed()) writer.text(2, String(each));
    else writer.bytes(1, encode(SCHEMA, value as object));
  },
  read(reader, decode) {
    let schema: JsonObject | undefined;
    const names: string[] = [];
    while (reader.next()) {
      if (reader.field === 1) schema = decode(SCHEMA, reader.message());
      else if (reader.field === 2) names.push(reader.text());
      else reader.skip();
    }
    return schema ?? names;
  },
};

export const specialForms: Readonly<Record<string, SpecialForm>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": quantity,
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": intOrString,
  "io.k8s.apimachinery.pkg.runtime.RawExtension": rawJson,
  [`${META}Time`]: time(0),
  [`${META}MicroTime`]: time(6),
  [`${META}Duration`]: duration,
  [`${META}FieldsV1`]: rawJson,
  [`${EXTENSIONS}JSON`]: rawJson,
  [`${EXTENSIONS}JSONSchemaPropsOrArray`]: schemaOrArray,
  [`${EXTENSIONS}JSONSchemaPropsOrBool`]: schemaOrBool,
  [`${EXTENSIONS}JSONSchemaPropsOrStringArray`]: schemaOrNames,
};

/** The last value of one field; undefined when it is not there. */
function onlyField<T>(reader: ProtobufReader, field: number, read: () => T): T | undefined {
  let value: T | undefined;
  while (reader.next()) {
    if (reader.field === field) value = read();
    else reader.skip();
  }
  return value;
}
