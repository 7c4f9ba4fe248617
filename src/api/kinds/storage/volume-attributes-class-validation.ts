import type { FieldErrors } from "../../field-errors.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { VolumeAttributesClass } from "../../types/storage-v1.ts";
import { validateParameters, validateProvisioner } from "./storage-class-validation.ts";

/** Upstream's ValidateVolumeAttributesClass. */
export function validateVolumeAttributesClass(object: VolumeAttributesClass, errors: FieldErrors): void {
  const { driverName, parameters } = object;
  validateProvisioner(driverName, "driverName", errors);
  if (Object.keys(parameters ?? {}).length === 0) {
    return errors.required("parameters", "must contain at least one key/value pair");
  }
  validateParameters(parameters, "parameters", errors);
}

export function validateVolumeAttributesClassUpdate(
  object: VolumeAttributesClass,
  old: VolumeAttributesClass,
  errors: FieldErrors,
): void {
  for (const field of ["driverName", "parameters"] as const) {
    if (!semanticEqual(object[field], old[field])) errors.forbidden(field, `updates to ${field} are forbidden.`);
  }
}
