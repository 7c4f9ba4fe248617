import * as fc from "fast-check";

import type { Field, ValueType } from "../api/schema/schema.ts";
import { definition, shortName } from "../api/schema/schema.ts";
import type { JsonObject, JsonValue } from "../lib/json/json-value.ts";

/** How deep objects go: deep enough for a container's environment in a pod template. */
const DEPTH = 6;
const MOST_FIELDS = 5;

/** Any object of a type, with few fields set: what a client could send, not what would pass validation. */
export function arbitraryObject(definitionName: string, depth = DEPTH): fc.Arbitrary<JsonObject> {
  const { properties = {}, groupVersionKinds } = definition(definitionName);
  const fields = Object.entries(properties).filter(
    // The kind of an object is known from its place; inside of others it does not travel in protobuf.
    ([key, field]) => fits(field, depth) && !(groupVersionKinds && ["kind", "apiVersion"].includes(key)),
  );
  if (fields.length === 0) return fc.constant({});
  return fc
    .subarray(fields, { maxLength: Math.min(MOST_FIELDS, fields.length) })
    .chain((chosen) => fc.record(Object.fromEntries(chosen.map(([key, field]) => [key, valueOf(field, depth - 1)]))));
}

const fits = ({ ref, items, values }: Field, depth: number): boolean =>
  depth > 0 || (ref === undefined && !items && !values);

function valueOf(type: ValueType, depth: number): fc.Arbitrary<JsonValue> {
  if (type.ref !== undefined) return SPECIAL[shortName(type.ref)] ?? arbitraryObject(type.ref, depth);
  if (type.items) return fc.array(valueOf(type.items, depth), { minLength: 1, maxLength: 2 });
  if (type.values) return fc.dictionary(fc.stringMatching(/^[a-z.]{1,6}$/), valueOf(type.values, depth), NONEMPTY);
  switch (type.type) {
    case "string":
      return type.format === "byte" ? base64 : text;
    case "integer":
      return type.format === "int32" ? int32 : fc.oneof(int32, fc.maxSafeInteger());
    case "number":
      return fc.constantFrom(0.5, 2, -1.25);
    case "boolean":
      return fc.boolean();
    case "array":
    case "object":
    case undefined:
  }
  return freeForm;
}

const NONEMPTY = { minKeys: 1, maxKeys: 2, noNullPrototype: true } as const;
const text = fc.oneof(fc.constantFrom("", "a", "web"), fc.string({ unit: "grapheme" }));
const int32 = fc.integer();
const base64 = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const second = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
const freeForm: fc.Arbitrary<JsonValue> = fc.constantFrom({ a: [1, null, { b: "c" }] }, { kind: "X", n: 1.5 });
const schema: fc.Arbitrary<JsonValue> = fc.constantFrom({ type: "string" }, { maxLength: 3, enum: ["a", { b: 1 }] });

/** Types with a JSON form of their own. */
const SPECIAL: Readonly<Record<string, fc.Arbitrary<JsonValue>>> = {
  Quantity: fc.constantFrom("0", "100m", "2", "1Gi", "1500Mi"),
  IntOrString: fc.oneof(int32, fc.constantFrom("http", "25%")),
  Time: second.map((date) => `${date.toISOString().slice(0, 19)}Z`),
  MicroTime: second.map((date) => date.toISOString().replace("Z", "000Z")),
  Duration: fc.constantFrom("0s", "1.5s", "1m20s"),
  FieldsV1: fc.constantFrom({ "f:spec": { "f:replicas": {} } }),
  RawExtension: freeForm,
  JSON: freeForm,
  JSONSchemaPropsOrBool: fc.oneof(fc.boolean(), schema),
  JSONSchemaPropsOrArray: fc.oneof(fc.array(schema, { minLength: 1, maxLength: 2 }), schema),
  JSONSchemaPropsOrStringArray: fc.oneof(fc.array(text, { minLength: 1, maxLength: 2 }), schema),
};
