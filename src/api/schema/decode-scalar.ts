import { goDurationMs } from "../../lib/go/go-duration.ts";
import { integerOf, isExactInteger } from "../../lib/json/exact-integer.ts";
import type { JsonValue } from "../../lib/json/json-value.ts";
import { canonicalQuantity, QuantityError } from "../quantity.ts";
import type { Place } from "./decode-error.ts";
import { DecodeError, numberText } from "./decode-error.ts";
import { canonicalMicroTime, canonicalTime } from "./decode-time.ts";

/** From a value of JSON that is not null to the form that upstream would write. Throws DecodeError. */
export type Decode = (value: JsonValue, place: Place) => JsonValue;

export const stringDecoder =
  (goType: string): Decode =>
  (value, place) => {
    if (typeof value !== "string") throw place.mismatch(value, goType);
    return value;
  };

export const booleanDecoder =
  (goType: string): Decode =>
  (value, place) => {
    if (typeof value !== "boolean") throw place.mismatch(value, goType);
    return value;
  };

export const int32Decoder =
  (goType: string): Decode =>
  (value, place) => {
    if (typeof value === "number" && (value | 0) === value) return value;
    throw integerMismatch(value, place, goType);
  };

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

export const int64Decoder =
  (goType: string): Decode =>
  (value, place) => {
    if (Number.isSafeInteger(value) || isExactInteger(value)) return value;
    const integer = integerOf(value);
    if (integer !== undefined && integer >= LOWEST && integer <= HIGHEST) return value;
    throw integerMismatch(value, place, goType);
  };

function integerMismatch(value: JsonValue, place: Place, goType: string): DecodeError {
  const error = place.mismatch(value, goType);
  return typeof value === "number" || isExactInteger(value)
    ? new DecodeError(error.message.replace("unmarshal number", `unmarshal number ${numberText(value)}`))
    : error;
}

export const numberDecoder =
  (goType: string): Decode =>
  (value, place) => {
    if (typeof value !== "number" && !isExactInteger(value)) throw place.mismatch(value, goType);
    return value;
  };

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export const bytesDecoder =
  (goType: string): Decode =>
  (value, place) => {
    if (typeof value !== "string") throw place.mismatch(value, goType);
    return canonicalBase64(value);
  };

/** Go's decoder skips line breaks and ignores the bits behind the last byte. */
function canonicalBase64(text: string): string {
  const joined = text.includes("\n") || text.includes("\r") ? text.replaceAll(/[\r\n]/g, "") : text;
  if (joined.length % 4 !== 0 || !BASE64.test(joined)) {
    throw new DecodeError(`illegal base64 data at input byte ${firstIllegalByte(joined)}`);
  }
  if (!joined.endsWith("=")) return joined;
  const tail = Buffer.from(joined.slice(-4), "base64").toString("base64");
  return joined.slice(0, -4) + tail;
}

/** The position that Go's base64.CorruptInputError names. */
function firstIllegalByte(text: string): number {
  const at = text.search(/[^A-Za-z0-9+/]/);
  if (at === -1) return text.length - (text.length % 4);
  const isMisplaced = text[at] !== "=" || at % 4 < 2;
  if (isMisplaced) return at;
  const needsSecond = at % 4 === 2;
  return needsSecond && text[at + 1] === "=" ? at + 2 : at + 1;
}

/** Up to three digits with one of the usual suffixes: already canonical, and nearly every quantity is. */
const CANONICAL_QUANTITY = /^(?:0|[1-9]\d{0,2}(?:m|k|M|G|Ki|Mi|Gi)?)$/;

export const decodeQuantity: Decode = (value) => {
  if (typeof value === "string" && CANONICAL_QUANTITY.test(value)) return value;
  try {
    // What is neither text nor number is refused by its spelling, as Go's parser sees the raw JSON.
    return canonicalQuantity(typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value));
  } catch (cause) {
    if (cause instanceof QuantityError) throw new DecodeError(cause.message, { cause });
    throw cause;
  }
};

export const decodeTime: Decode = (value, place) => {
  if (typeof value !== "string") throw place.mismatch(value, "string");
  return canonicalTime(value);
};

/** As Go writes durations: `1m30s`. */
export const decodeDuration: Decode = (value, place) => {
  if (typeof value !== "string") throw place.mismatch(value, "string");
  if (goDurationMs(value) === undefined) throw new DecodeError(`time: invalid duration ${JSON.stringify(value)}`);
  return value;
};

export const decodeMicroTime: Decode = (value, place) => {
  if (typeof value !== "string") throw place.mismatch(value, "string");
  return canonicalMicroTime(value);
};

const decodePort = int32Decoder("int32");

export const decodeIntOrString: Decode = (value, place) =>
  typeof value === "string" ? value : decodePort(value, place);

export const decodeAny: Decode = (value) => value;
