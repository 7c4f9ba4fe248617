import type { FieldErrors } from "../../field-errors.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { ConfigMap, Secret } from "../../types/core-v1.ts";

/** What ConfigMaps and Secrets have in common: a size limit, and `immutable`, which seals their data for good. */
export const MAX_DATA_BYTES = 1024 * 1024;

export const decodedBytes = (base64: string): number => Buffer.byteLength(base64, "base64");

/** Upstream forbids any change of what an immutable object holds, and the way back. */
export function checkSealed<T extends ConfigMap | Secret>(
  object: T,
  old: T,
  fields: readonly (string & keyof T)[],
  errors: FieldErrors,
): void {
  if (!old.immutable) return;
  const detail = "field is immutable when `immutable` is set";
  if (!object.immutable) errors.forbidden("immutable", detail);
  for (const field of fields) if (!semanticEqual(object[field], old[field])) errors.forbidden(field, detail);
}
