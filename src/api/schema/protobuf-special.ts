import type { JsonValue } from "../../lib/json-value.ts";
import type { ProtobufReader } from "../../lib/protobuf-reader.ts";
import { decodeJson } from "../../lib/strict-json.ts";

/** Reads a message whose JSON form is not an object of its fields. */
type ReadSpecial = (reader: ProtobufReader, readMessage: ReadMessage) => JsonValue;
type ReadMessage = (definition: string, reader: ProtobufReader) => JsonValue;

const SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

/** By the name of their definition (the generated.proto files of apimachinery and apiextensions). */
export const specialMessages: Readonly<Record<string, ReadSpecial>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": quantity,
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": (reader) => time(reader, 19),
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": (reader) => time(reader, 26),
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": embeddedJson,
  "io.k8s.apimachinery.pkg.runtime.RawExtension": embeddedJson,
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": intOrString,
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": embeddedJson,
  [`${SCHEMA}OrBool`]: schemaOrBoolean,
  [`${SCHEMA}OrArray`]: schemaOrSchemas,
  [`${SCHEMA}OrStringArray`]: schemaOrStrings,
};

function quantity(reader: ProtobufReader): JsonValue {
  let text = "";
  while (reader.next()) {
    if (reader.field === 1) text = reader.text();
    else reader.skip();
  }
  return text === "" ? "0" : text;
}

/** `length` is that of the text without its zone. An empty message is the zero time, which JSON writes as null. */
function time(reader: ProtobufReader, length: number): JsonValue {
  let seconds = 0n;
  let nanos = 0n;
  while (reader.next()) {
    if (reader.field === 1) seconds = reader.integer();
    else if (reader.field === 2) nanos = reader.integer();
    else reader.skip();
  }
  if (seconds === 0n && nanos === 0n) return null;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = `.${String(nanos).padStart(9, "0")}`;
  return `${(whole + fraction).slice(0, length)}Z`;
}

function intOrString(reader: ProtobufReader): JsonValue {
  let isString = false;
  let number = 0;
  let text = "";
  while (reader.next()) {
    if (reader.field === 1) isString = reader.integer() === 1n;
    else if (reader.field === 2) number = Number(reader.integer());
    else if (reader.field === 3) text = reader.text();
    else reader.skip();
  }
  return isString ? text : number;
}

function embeddedJson(reader: ProtobufReader): JsonValue {
  let value: JsonValue = null;
  while (reader.next()) {
    if (reader.field === 1) value = decodeJson(reader.bytes()).value;
    else reader.skip();
  }
  return value;
}

function schemaOrBoolean(reader: ProtobufReader, readMessage: ReadMessage): JsonValue {
  let allows = false;
  let schema: JsonValue | undefined;
  while (reader.next()) {
    if (reader.field === 1) allows = reader.boolean();
    else if (reader.field === 2) schema = readMessage(SCHEMA, reader.message());
    else reader.skip();
  }
  return schema ?? allows;
}

function schemaOrSchemas(reader: ProtobufReader, readMessage: ReadMessage): JsonValue {
  const schemas: JsonValue[] = [];
  let schema: JsonValue | undefined;
  while (reader.next()) {
    if (reader.field === 1) schema = readMessage(SCHEMA, reader.message());
    else if (reader.field === 2) schemas.push(readMessage(SCHEMA, reader.message()));
    else reader.skip();
  }
  return schema ?? schemas;
}

function schemaOrStrings(reader: ProtobufReader, readMessage: ReadMessage): JsonValue {
  const names: string[] = [];
  let schema: JsonValue | undefined;
  while (reader.next()) {
    if (reader.field === 1) schema = readMessage(SCHEMA, reader.message());
    else if (reader.field === 2) names.push(reader.text());
    else reader.skip();
  }
  return schema ?? names;
}
