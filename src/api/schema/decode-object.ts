import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, setKey } from "../../lib/json/json-value.ts";
import { Place } from "./decode-error.ts";
import { jsonSchemaDecoders } from "./decode-json-schema.ts";
import type { Decode } from "./decode-scalar.ts";
import {
  booleanDecoder,
  bytesDecoder,
  decodeAny,
  decodeIntOrString,
  decodeDuration,
  decodeMicroTime,
  decodeQuantity,
  decodeTime,
  int32Decoder,
  int64Decoder,
  numberDecoder,
  stringDecoder,
} from "./decode-scalar.ts";
import { elementGoType, goTypeOf } from "./go-type.ts";
import type { Definition, Field, ValueType } from "./schema.ts";
import { definition, shortName } from "./schema.ts";

export interface DecodedObject {
  readonly object: JsonObject;
  /** Paths of fields that the type does not have, sorted as the type's fields are. They are not in `object`. */
  readonly unknownFields: readonly string[];
}

/**
 * What upstream makes of a value by decoding it into a Go type and encoding that again: types checked, unknown fields left
 * out, values in canonical form (quantities, times, base64), zero values left out or written as the type says, schema
 * defaults filled in. Field order is fixed (kind, apiVersion, metadata, then by name; map keys sorted), so equal objects
 * have equal bytes. Everything but free-form JSON is copied; the argument is not changed.
 *
 * Throws DecodeError for the first value of a wrong type.
 */
export function decodeObject(definitionName: string, value: unknown): DecodedObject {
  const place = new Place();
  // Bodies come from decodeJson, in-process callers hand over plain objects: both are JSON values.
  const object = structDecoder(definitionName)(value as JsonValue, place);
  return { object, unknownFields: place.unknown };
}

type DecodeStruct = (value: JsonValue, place: Place) => JsonObject;

interface FieldPlan {
  readonly key: string;
  readonly decode: Decode;
  /** Whether the decoded value is one that Go leaves out. */
  readonly isDropped: (value: JsonValue) => boolean;
  /** What stands there when the field is unset; undefined: nothing. */
  readonly fallback: (() => JsonValue) | undefined;
}

// Memories of what follows from the constant facts; built when a type is first decoded.
const structDecoders = new Map<string, DecodeStruct>();

function structDecoder(name: string): DecodeStruct {
  const known = structDecoders.get(name);
  if (known) return known;
  const facts = definition(name);
  const goType = goTypeOf({ ref: name });
  const struct = shortName(name);
  // Types refer to themselves, so the fields are planned at the first use and not here.
  let plans: readonly FieldPlan[] | undefined;
  const decode: DecodeStruct = (value, place) => {
    if (!isJsonObject(value)) throw place.mismatch(value, goType);
    plans ??= fieldPlans(facts);
    const outer = place.struct;
    place.struct = struct;
    const object = decodedFields(plans, value, place);
    place.struct = outer;
    return object;
  };
  structDecoders.set(name, decode);
  return decode;
}

function decodedFields(plans: readonly FieldPlan[], value: JsonObject, place: Place): JsonObject {
  const object: JsonObject = {};
  let known = 0;
  for (const { key, decode, isDropped, fallback } of plans) {
    const given = value[key];
    if (given !== undefined) {
      known++;
      if (given !== null) {
        place.path.push(key);
        const decoded = decode(given, place);
        place.path.pop();
        if (!isDropped(decoded)) {
          object[key] = decoded;
          continue;
        }
      }
    }
    if (fallback) object[key] = fallback();
  }
  if (known !== Object.keys(value).length) collectUnknown(plans, value, place);
  return object;
}

function collectUnknown(plans: readonly FieldPlan[], value: JsonObject, place: Place): void {
  const keys = new Set(plans.map(({ key }) => key));
  for (const key of Object.keys(value)) {
    if (!keys.has(key) && value[key] !== undefined) place.unknown.push(place.pathOf(key));
  }
}

const JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
const LEADING = ["kind", "apiVersion", "metadata"];

function fieldPlans(facts: Definition): FieldPlan[] {
  const fields = Object.entries(facts.properties ?? {});
  const leading = facts.groupVersionKinds ? LEADING : [];
  return fields
    .toSorted(([a], [b]) => rankOf(a, leading) - rankOf(b, leading) || (a < b ? -1 : 1))
    .map(([key, field]) => fieldPlan(key, field));
}

function rankOf(key: string, leading: readonly string[]): number {
  const index = leading.indexOf(key);
  return index === -1 ? leading.length : index;
}

function fieldPlan(key: string, field: Field): FieldPlan {
  return {
    key,
    decode: decoderOf(field, goTypeOf(field)),
    isDropped: field.pointer ? never : (value) => isDroppedZero(field, value),
    fallback: fallbackOf(field),
  };
}

const never = (): boolean => false;

/** Structs are never dropped: those that are not pointers are always written. */
function isDroppedZero(field: Field, value: JsonValue): boolean {
  if (value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return field.values !== undefined && Object.keys(value).length === 0;
}

function fallbackOf(field: Field): (() => JsonValue) | undefined {
  // A default that equals the zero value of a field without pointer changes nothing.
  if (field.default !== undefined && (field.pointer || Boolean(field.default))) {
    const value = field.default as JsonValue;
    return () => value;
  }
  if (field.zero === undefined) return undefined;
  if (isJsonObject(field.zero) && field.ref !== undefined) {
    const decode = structDecoder(field.ref);
    return () => decode({}, new Place());
  }
  // Upstream writes null for an unset list that is always written. [] is the same to its clients, fits the types that
  // our own code reads, and does not break clients whose models want a list there.
  if (field.items) return () => [];
  if (field.values) return () => ({});
  const value = field.zero as JsonValue;
  return () => value;
}

function decoderOf(type: ValueType, goType = goTypeOf(type)): Decode {
  if (type.ref !== undefined) return refDecoder(type.ref);
  const element = elementGoType(goType);
  if (type.items) return listDecoder(decoderOf(type.items, element), zeroOf(type.items), goType);
  if (type.values) return mapDecoder(decoderOf(type.values, element), zeroOf(type.values), goType);
  switch (type.type) {
    case "string":
      return type.format === "byte" ? bytesDecoder(goType) : stringDecoder(goType);
    case "integer":
      return type.format === "int32" ? int32Decoder(goType) : int64Decoder(goType);
    case "number":
      return numberDecoder(goType);
    case "boolean":
      return booleanDecoder(goType);
    case "array":
    case "object":
    case undefined:
  }
  return decodeAny;
}

const SCALARS: Readonly<Record<string, Decode>> = {
  Quantity: decodeQuantity,
  IntOrString: decodeIntOrString,
  Time: decodeTime,
  MicroTime: decodeMicroTime,
  Duration: decodeDuration,
  FieldsV1: decodeAny,
  RawExtension: decodeAny,
  JSON: decodeAny,
  Patch: decodeAny,
};

function refDecoder(name: string): Decode {
  if (definition(name).properties) return structDecoder(name);
  const short = shortName(name);
  return SCALARS[short] ?? jsonSchemaDecoders(structDecoder(JSON_SCHEMA))[short] ?? structDecoder(name);
}

const ZERO_SCALARS: Readonly<Record<string, JsonValue>> = { Quantity: "0", IntOrString: 0 };

/** What Go keeps for a null in a list or map. */
function zeroOf(type: ValueType): () => JsonValue {
  if (type.ref !== undefined) {
    const facts = definition(type.ref);
    if (facts.properties) {
      const decode = structDecoder(type.ref);
      return () => decode({}, new Place());
    }
    const zero = ZERO_SCALARS[shortName(facts.name)] ?? null;
    return () => zero;
  }
  if (type.type === "string") return () => (type.format === "byte" ? null : "");
  if (type.type === "integer" || type.type === "number") return () => 0;
  if (type.type === "boolean") return () => false;
  return () => null;
}

function listDecoder(decodeItem: Decode, zero: () => JsonValue, goType: string): Decode {
  return (value, place) => {
    if (!Array.isArray(value)) throw place.mismatch(value, goType);
    return value.map((item, index) => {
      if (item === null || item === undefined) return zero();
      place.path.push(index);
      const decoded = decodeItem(item, place);
      place.path.pop();
      return decoded;
    });
  };
}

function mapDecoder(decodeValue: Decode, zero: () => JsonValue, goType: string): Decode {
  return (value, place) => {
    if (!isJsonObject(value)) throw place.mismatch(value, goType);
    const map: JsonObject = {};
    for (const key of sortedKeys(value)) {
      const given = value[key];
      if (given === undefined) continue;
      if (typeof given === "string") {
        setKey(map, key, decodeValue(given, place));
        continue;
      }
      place.path.push({ mapKey: key });
      setKey(map, key, given === null ? zero() : decodeValue(given, place));
      place.path.pop();
    }
    return map;
  };
}

/** The keys of most maps come sorted already. */
function sortedKeys(value: JsonObject): string[] {
  const keys = Object.keys(value);
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] ?? "") > (keys[index] ?? "")) return keys.toSorted();
  }
  return keys;
}
