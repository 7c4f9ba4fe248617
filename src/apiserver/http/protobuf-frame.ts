import { apiError } from "../../api/api-error.ts";
import { envelopeOf } from "../../api/schema/protobuf/envelope.ts";
import { ProtobufWriter } from "../../lib/wire/protobuf-writer.ts";

const EVENT_TYPE = 1;
const EVENT_OBJECT = 2;
const RAW = 1;

/**
 * One event of a watch: its length in four bytes, then a WatchEvent, in whose raw bytes the object lies in an envelope of its own
 * (apimachinery/pkg/runtime/serializer/protobuf, the raw serializer and its length-delimited framer).
 */
export function protobufFrame(type: string, object: object): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(EVENT_OBJECT, () => writer.bytes(RAW, envelope(object)));
  writer.text(EVENT_TYPE, type);
  const message = writer.finish();
  const frame = Buffer.allocUnsafe(4 + message.length);
  frame.writeUInt32BE(message.length);
  frame.set(message, 4);
  return frame;
}

/** The envelope of an object; refused for what has no such form: custom resources. */
export function envelope(object: object): Uint8Array {
  const bytes = envelopeOf(object);
  if (bytes) return bytes;
  throw apiError("NotAcceptable", "only the following media types are accepted: application/json, application/yaml");
}
