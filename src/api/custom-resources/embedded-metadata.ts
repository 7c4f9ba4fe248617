import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, setKey } from "../../lib/json/json-value.ts";
import { DecodeError } from "../schema/decode-error.ts";
import { decodeObject } from "../schema/decode-object.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { isEmbedded, itemsOf, schemaUnder } from "./structural.ts";

export const OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** What to do about metadata whose fields have wrong types: a client hears of them, what is stored must stay readable. */
export type Malformed = "refuse" | "drop";

/** Metadata in canonical form; paths of unknown fields go to `unknown`. Throws DecodeError. */
export function canonicalMetadata(value: JsonValue, path: string, unknown: string[], malformed: Malformed): JsonObject {
  try {
    const { object, unknownFields } = decodeObject(OBJECT_META, value);
    for (const field of unknownFields) unknown.push(`${path}.${field}`);
    return object;
  } catch (error) {
    if (malformed === "refuse" || !(error instanceof DecodeError)) throw error;
    return readableFields(value);
  }
}

/** Field by field, without those that cannot be read. */
function readableFields(value: JsonValue): JsonObject {
  const result: JsonObject = {};
  for (const [key, child] of Object.entries(isJsonObject(value) ? value : {})) {
    try {
      Object.assign(result, decodeObject(OBJECT_META, { [key]: child }).object);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  return result;
}

/** Checks the types of what embedded objects have in common with all objects, in place. */
export function coerceEmbedded(
  value: JsonValue | undefined,
  schema: JSONSchemaProps | undefined,
  path: string,
  unknown: string[],
  malformed: Malformed,
): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    for (const [index, item] of value.entries()) coerceEmbedded(item, items, `${path}[${index}]`, unknown, malformed);
    return;
  }
  if (!isJsonObject(value)) return;
  if (isEmbedded(schema)) coerceObject(value, path, unknown, malformed);
  for (const [key, child] of Object.entries(value)) {
    coerceEmbedded(child, schemaUnder(schema, key), path === "" ? key : `${path}.${key}`, unknown, malformed);
  }
}

function coerceObject(object: JsonObject, path: string, unknown: string[], malformed: Malformed): void {
  for (const key of ["apiVersion", "kind"]) {
    const value = object[key];
    if (value === undefined || typeof value === "string") continue;
    if (malformed === "refuse") {
      throw new DecodeError(`${path}.${key}: Invalid value: ${JSON.stringify(value)}: must be a string`);
    }
    delete object[key];
  }
  const { metadata } = object;
  if (metadata === undefined) return;
  const canonical = canonicalMetadata(metadata, `${path}.metadata`, unknown, malformed);
  setKey(object, "metadata", canonical);
}
