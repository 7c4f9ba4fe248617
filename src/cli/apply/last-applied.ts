import { goJson } from "../../lib/json/json-text.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { parseJson } from "../../lib/json/strict-json.ts";
import { type ApiObject, annotationsOf, withMetadata } from "../objects/api-object.ts";

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** The configuration of the last apply, as it is kept on the object; undefined for objects that were never applied. */
export function lastApplied(object: ApiObject): JsonObject | undefined {
  const text = annotationsOf(object)[LAST_APPLIED];
  if (text === undefined || text === "") return undefined;
  const value = parseJson(text);
  return isJsonObject(value) ? value : undefined;
}

/** The object with itself as its last applied configuration. */
export function withLastApplied(object: ApiObject): ApiObject {
  const annotations = { ...annotationsOf(object) };
  delete annotations[LAST_APPLIED];
  const configuration = goJson(withMetadata(object, { annotations }));
  return withMetadata(object, { annotations: { ...annotations, [LAST_APPLIED]: `${configuration}\n` } });
}

/** Keeps the annotation true on objects that have it, and adds it when the user wants to apply them later. */
export function updatedLastApplied(object: ApiObject, { saves }: { readonly saves: boolean }): ApiObject {
  return saves || annotationsOf(object)[LAST_APPLIED] !== undefined ? withLastApplied(object) : object;
}

/** Sets the annotation to a configuration, and nothing else. */
export const lastAppliedPatch = (configuration: ApiObject): JsonObject => ({
  metadata: { annotations: { [LAST_APPLIED]: `${goJson(configuration)}\n` } },
});
