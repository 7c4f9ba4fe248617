import type { JsonObject } from "../../../lib/json/json-value.ts";
import { ProtobufError, ProtobufReader } from "../../../lib/wire/protobuf-reader.ts";
import { ProtobufWriter } from "../../../lib/wire/protobuf-writer.ts";
import { definitionOf } from "../schema.ts";
import { decodeMessage } from "./decode-message.ts";
import { encodeMessage } from "./encode-message.ts";

/**
 * How an object travels as `application/vnd.kubernetes.protobuf`: four bytes that say so, then a message `Unknown` with kind and apiVersion
 * beside the object's own bytes (apimachinery/pkg/runtime/serializer/protobuf).
 */
export const PROTOBUF_MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
const TYPE_META = 1;
const RAW = 2;
const API_VERSION = 1;
const KIND = 2;

/**
 * The JSON form of a body in an envelope, with kind and apiVersion where it names them. `fallback` is the definition for a body that names
 * no kind, or one that nobody knows: what reads the object refuses it then. Throws ProtobufError for bytes that are no such envelope.
 */
export function openEnvelope(bytes: Uint8Array, fallback: string): JsonObject {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length))) {
    throw new ProtobufError(
      `provided data does not appear to be a protobuf message, expected prefix [${[...MAGIC].join(" ")}]`,
    );
  }
  const type = { apiVersion: "", kind: "" };
  let raw: ProtobufReader | undefined;
  const reader = new ProtobufReader(bytes, MAGIC.length);
  while (reader.next()) {
    if (reader.field === TYPE_META) readTypeMeta(reader.message(), type);
    else if (reader.field === RAW) raw = reader.message();
    else reader.skip();
  }
  return {
    ...(type.kind === "" ? {} : { kind: type.kind }),
    ...(type.apiVersion === "" ? {} : { apiVersion: type.apiVersion }),
    ...(raw ? decodeMessage(definitionFor(type.apiVersion, type.kind) ?? fallback, raw) : {}),
  };
}

function readTypeMeta(reader: ProtobufReader, type: { apiVersion: string; kind: string }): void {
  while (reader.next()) {
    if (reader.field === API_VERSION) type.apiVersion = reader.text();
    else if (reader.field === KIND) type.kind = reader.text();
    else reader.skip();
  }
}

/** Undefined for kinds that have no wire form: custom resources, Tables. */
export function envelopeOf(object: {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
}): Uint8Array | undefined {
  const { apiVersion = "", kind = "" } = object;
  const definitionName = definitionFor(apiVersion, kind);
  if (definitionName === undefined) return undefined;
  const writer = new ProtobufWriter();
  writer.bytes(RAW, encodeMessage(definitionName, object));
  writer.message(TYPE_META, () => {
    writer.text(KIND, kind);
    writer.text(API_VERSION, apiVersion);
  });
  writer.raw(MAGIC);
  return writer.finish();
}

/** Tables are registered, but their cells are any JSON value, which has no message. */
const WITHOUT_WIRE_FORM: ReadonlySet<string> = new Set(["Table", "List"]);

function definitionFor(apiVersion: string, kind: string): string | undefined {
  if (WITHOUT_WIRE_FORM.has(kind)) return undefined;
  const [first = "", second] = apiVersion.split("/");
  const found = definitionOf(
    second === undefined ? { group: "", version: first, kind } : { group: first, version: second, kind },
  );
  // Options and Status belong to every group; older clients name one that has no definition of them.
  return found ?? definitionOf({ group: "", version: "v1", kind });
}
