import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { ProtobufWriter } from "../../lib/wire/protobuf-writer.ts";

/** The media type in which client-go asks for OpenAPI v2. */
export const GNOSTIC_MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

/** An OpenAPI v2 document in the protobuf form of gnostic (google/gnostic, openapiv2/OpenAPIv2.proto). */
export function gnosticDocument(document: JsonObject): Uint8Array {
  const writer = new ProtobufWriter();
  writeFields(writer, DOCUMENT(), document);
  return writer.finish();
}

/** Writes a value under a field number. */
type Encode = (writer: ProtobufWriter, field: number, value: JsonValue) => void;

interface Message {
  readonly fields: Readonly<Record<string, readonly [number, Encode]>>;
  /** The number under which `x-...` keys go. */
  readonly extensions?: number;
}

function writeFields(writer: ProtobufWriter, { fields, extensions }: Message, object: JsonObject): void {
  if (extensions !== undefined) {
    const keys = Object.keys(object).filter((key) => key.startsWith("x-"));
    for (const key of keys.toReversed()) named(any)(writer, extensions, { [key]: object[key] });
  }
  for (const [key, [field, encode]] of Object.entries(fields).toReversed()) {
    const value = object[key];
    if (value !== undefined) encode(writer, field, value);
  }
}

// The document is our own: each value has the type that its place in OpenAPI v2 says.
const text: Encode = (writer, field, value) => writer.text(field, value as string);
const double: Encode = (writer, field, value) => writer.double(field, value as number);
const integer: Encode = (writer, field, value) => writer.integer(field, value as number);
const boolean: Encode = (writer, field, value) => writer.boolean(field, value as boolean);

/** JSON is YAML too. */
const any: Encode = (writer, field, value) => writer.message(field, () => writer.text(2, JSON.stringify(value)));

/** Messages refer to each other in circles, so they are looked up when they are written. */
const message =
  (definition: () => Message): Encode =>
  (writer, field, value) =>
    writer.message(field, () => writeFields(writer, definition(), value as JsonObject));

const each =
  (encode: Encode): Encode =>
  (writer, field, value) => {
    for (const item of (value as JsonValue[]).toReversed()) encode(writer, field, item);
  };

/** A map: repeated messages of a name (1) and a value (2). */
const named =
  (encode: Encode): Encode =>
  (writer, field, value) => {
    for (const [name, child = null] of Object.entries(value as JsonObject).toReversed()) {
      writer.message(field, () => {
        encode(writer, 2, child);
        writer.text(1, name);
      });
    }
  };

/** A value in a message that has nothing else. */
const inside =
  (inner: number, encode: Encode): Encode =>
  (writer, field, value) =>
    writer.message(field, () => encode(writer, inner, value));

const REFERENCE = (): Message => ({ fields: { $ref: [1, text], description: [2, text] } });
const reference = message(REFERENCE);

const either =
  (whenReference: Encode, otherwise: Encode): Encode =>
  (writer, field, value) =>
    (isJsonObject(value) && value["$ref"] !== undefined ? whenReference : otherwise)(writer, field, value);

const SCHEMA = (): Message => ({
  fields: {
    $ref: [1, text],
    format: [2, text],
    title: [3, text],
    description: [4, text],
    default: [5, any],
    multipleOf: [6, double],
    maximum: [7, double],
    exclusiveMaximum: [8, boolean],
    minimum: [9, double],
    exclusiveMinimum: [10, boolean],
    maxLength: [11, integer],
    minLength: [12, integer],
    pattern: [13, text],
    maxItems: [14, integer],
    minItems: [15, integer],
    uniqueItems: [16, boolean],
    maxProperties: [17, integer],
    minProperties: [18, integer],
    required: [19, each(text)],
    enum: [20, each(any)],
    additionalProperties: [21, additionalProperties],
    type: [22, inside(1, text)],
    items: [23, inside(1, schema)],
    allOf: [24, each(schema)],
    properties: [25, inside(1, named(schema))],
    example: [30, any],
  },
  extensions: 31,
});
const schema: Encode = (writer, field, value) => message(SCHEMA)(writer, field, value);

const additionalProperties: Encode = (writer, field, value) =>
  (typeof value === "boolean" ? inside(2, boolean) : inside(1, schema))(writer, field, value);

const BODY_PARAMETER = (): Message => ({
  fields: { description: [1, text], name: [2, text], in: [3, text], required: [4, boolean], schema: [5, schema] },
});

const QUERY_PARAMETER = (): Message => ({
  fields: {
    required: [1, boolean],
    in: [2, text],
    description: [3, text],
    name: [4, text],
    type: [6, text],
    uniqueItems: [20, boolean],
  },
});

const PATH_PARAMETER = (): Message => ({
  fields: {
    required: [1, boolean],
    in: [2, text],
    description: [3, text],
    name: [4, text],
    type: [5, text],
    uniqueItems: [19, boolean],
  },
});

const parameter: Encode = (writer, field, value) => {
  const place = (value as JsonObject)["in"];
  if (place === "body") return inside(1, message(BODY_PARAMETER))(writer, field, value);
  const ofPlace = place === "path" ? inside(4, message(PATH_PARAMETER)) : inside(3, message(QUERY_PARAMETER));
  return inside(2, ofPlace)(writer, field, value);
};

const parameters = each(either(inside(2, reference), inside(1, parameter)));

const RESPONSE = (): Message => ({ fields: { description: [1, text], schema: [2, inside(1, schema)] } });

const OPERATION = (): Message => ({
  fields: {
    tags: [1, each(text)],
    description: [3, text],
    operationId: [5, text],
    produces: [6, each(text)],
    consumes: [7, each(text)],
    parameters: [8, parameters],
    responses: [9, inside(1, named(inside(1, message(RESPONSE))))],
    schemes: [10, each(text)],
  },
  extensions: 13,
});
const operation = message(OPERATION);

const PATH_ITEM = (): Message => ({
  fields: {
    get: [2, operation],
    put: [3, operation],
    post: [4, operation],
    delete: [5, operation],
    options: [6, operation],
    head: [7, operation],
    patch: [8, operation],
    parameters: [9, parameters],
  },
});

const INFO = (): Message => ({ fields: { title: [1, text], version: [2, text] } });
const API_KEY = (): Message => ({ fields: { type: [1, text], name: [2, text], in: [3, text] } });

const DOCUMENT = (): Message => ({
  fields: {
    swagger: [1, text],
    info: [2, message(INFO)],
    paths: [8, inside(2, named(message(PATH_ITEM)))],
    definitions: [9, inside(1, named(schema))],
    parameters: [10, inside(1, named(parameter))],
    security: [12, each(inside(1, named(inside(1, each(text)))))],
    securityDefinitions: [13, inside(1, named(inside(2, message(API_KEY))))],
  },
});
