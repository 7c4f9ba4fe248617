import type { KubeObject } from "../../api/resource-type.ts";
import { definitionOf } from "../../api/schema/schema.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import { cloneJson } from "../../lib/json/json-value.ts";
import { decodeAs, decodeObject } from "../decode.ts";
import type { ServedResource } from "../served-resources.ts";
import type { AdmissionRequest } from "./admission.ts";
import type { Matched } from "./matching.ts";

/** The object as plain JSON, for those who make another one of it. */
export const jsonOf = (object: Readonly<KubeObject>): object => cloneJson(object) as object;

/**
 * Puts what a mutation made in the place of the object, in canonical form and complete with defaults; fields that the kind does
 * not have are left out. It was made in the version of the rule that matched. Tells whether anything is different.
 */
export function replaceMatched(request: AdmissionRequest, { served }: Matched, made: unknown): boolean {
  const { object, resource } = request;
  if (!object) return false;
  const next = canonical(request, served, made);
  const own = served === resource || request.objectKind ? next : inVersionOf(resource, served, next);
  if (semanticEqual(own, object)) return false;
  for (const field of Object.keys(object)) delete (object as unknown as Record<string, unknown>)[field];
  Object.assign(object, own);
  return true;
}

function canonical({ objectKind }: AdmissionRequest, served: ServedResource, made: unknown): KubeObject {
  const body = { form: "parsed" as const, value: made, contentType: "application/json" };
  const options = { fieldValidation: "Ignore" as const, warnings: [] };
  const definition = objectKind && definitionOf(objectKind);
  if (!objectKind || definition === undefined) return decodeObject(body, served, options);
  // The definition is that of the kind.
  return decodeAs(body, objectKind, definition, options) as unknown as KubeObject;
}

/** The same object under another name of its resource. */
export function inVersionOf(wanted: ServedResource, served: ServedResource, object: Readonly<KubeObject>): KubeObject {
  const stored = served.kind.storage ? served.kind.storage.toStored(object) : (cloneJson(object) as KubeObject);
  const other = wanted.kind.storage ? wanted.kind.storage.fromStored(stored) : stored;
  return { ...other, apiVersion: wanted.apiVersion, kind: wanted.type.kind };
}
