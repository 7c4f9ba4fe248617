import type { KubeObject } from "../../api/resource-type.ts";
import { definitionOf } from "../../api/schema/schema.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import { cloneJson } from "../../lib/json/json-value.ts";
import { decodeAs, decodeObject } from "../decode.ts";
import type { AdmissionRequest } from "./admission.ts";

/** The object as plain JSON, for those who make another one of it. */
export const jsonOf = (object: Readonly<KubeObject>): object => cloneJson(object) as object;

/**
 * Puts what a mutation made in the place of the object, in canonical form and complete with defaults; fields that the kind does
 * not have are left out. Tells whether anything is different.
 */
export function replaceObject(request: AdmissionRequest, made: unknown): boolean {
  const { object, resource, objectKind } = request;
  if (!object) return false;
  const body = { form: "parsed" as const, value: made, contentType: "application/json" };
  const options = { fieldValidation: "Ignore" as const, warnings: [] };
  const definition = objectKind && definitionOf(objectKind);
  const next =
    definition === undefined
      ? decodeObject(body, resource, options)
      : // The definition is that of the kind.
        (decodeAs(body, objectKind ?? resource.type, definition, options) as unknown as KubeObject);
  if (semanticEqual(next, object)) return false;
  for (const field of Object.keys(object)) delete (object as unknown as Record<string, unknown>)[field];
  Object.assign(object, next);
  return true;
}
