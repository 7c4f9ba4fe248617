import { isJsonObject, type JsonObject, setKey } from "../../lib/json/json-value.ts";

/** Any object of the API as JSON: the command line knows no kinds. */
export type ApiObject = JsonObject;

export const kindOf = (object: ApiObject): string => textIn(object, "kind");

export const apiVersionOf = (object: ApiObject): string => textIn(object, "apiVersion");

/** `apps` of `apps/v1`; empty for the core group. */
export const groupOf = (object: ApiObject): string => {
  const apiVersion = apiVersionOf(object);
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
};

export const metadataOf = (object: ApiObject): JsonObject =>
  isJsonObject(object["metadata"]) ? object["metadata"] : {};

export const nameOf = (object: ApiObject): string => textIn(metadataOf(object), "name");

export const namespaceOf = (object: ApiObject): string => textIn(metadataOf(object), "namespace");

export const labelsOf = (object: ApiObject): Readonly<Record<string, string>> =>
  stringsIn(metadataOf(object), "labels");

export const annotationsOf = (object: ApiObject): Readonly<Record<string, string>> =>
  stringsIn(metadataOf(object), "annotations");

export const resourceVersionOf = (object: ApiObject): string => textIn(metadataOf(object), "resourceVersion");

/** A list of objects, of whatever kind: what has items. */
export const itemsOf = (object: ApiObject): ApiObject[] | undefined =>
  Array.isArray(object["items"]) ? object["items"].filter(isJsonObject) : undefined;

/** A copy with some fields of its metadata changed; undefined takes a field out. */
export function withMetadata(object: ApiObject, changes: JsonObject): ApiObject {
  const metadata: JsonObject = { ...metadataOf(object), ...changes };
  for (const [key, value] of Object.entries(changes)) if (value === undefined) delete metadata[key];
  return { ...object, metadata };
}

export function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

export function objectIn(object: JsonObject | undefined, key: string): JsonObject {
  const value = object?.[key];
  return isJsonObject(value) ? value : {};
}

export function objectsIn(object: JsonObject | undefined, key: string): JsonObject[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function stringsIn(object: JsonObject, key: string): Record<string, string> {
  const strings: JsonObject = {};
  for (const [name, value] of Object.entries(objectIn(object, key)))
    if (typeof value === "string") setKey(strings, name, value);
  // Only strings were taken over.
  return strings as Record<string, string>;
}
