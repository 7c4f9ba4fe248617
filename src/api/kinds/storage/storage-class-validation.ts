import {
  checkFormat,
  checkLabelKey,
  checkImmutable,
  checkOptional,
  checkSupported,
  checkUnique,
} from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { labelKeyProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { TopologySelectorTerm } from "../../types/core-v1.ts";
import type { StorageClass } from "../../types/storage-v1.ts";

const MAX_PARAMETERS = 512;
const MAX_PARAMETER_BYTES = 256 * 1024;

/** Upstream's ValidateStorageClass. */
export function validateStorageClass(object: StorageClass, errors: FieldErrors): void {
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies = [] } = object;
  validateProvisioner(provisioner, "provisioner", errors);
  validateParameters(parameters, "parameters", errors);
  if (reclaimPolicy) checkOptional(reclaimPolicy, ["Delete", "Retain"], "reclaimPolicy", errors);
  checkSupported(volumeBindingMode, ["Immediate", "WaitForFirstConsumer"], "volumeBindingMode", errors);
  validateTopologies(allowedTopologies, errors);
}

export function validateStorageClassUpdate(object: StorageClass, old: StorageClass, errors: FieldErrors): void {
  for (const field of ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"] as const) {
    checkImmutable(object[field], old[field], field, errors);
  }
}

/** The name of a driver, too; upper case is well-formed here. */
export function validateProvisioner(name: string, path: string, errors: FieldErrors): void {
  if (!name) errors.required(path, "");
  else checkLabelKey(name.toLowerCase(), path, errors);
}

/** What is handed on to a driver. */
export function validateParameters(
  parameters: Readonly<Record<string, string>> | undefined,
  path: string,
  errors: FieldErrors,
): void {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > MAX_PARAMETERS) return errors.tooLong(path, MAX_PARAMETERS);
  let sizeBytes = 0;
  for (const [key, value] of entries) {
    if (key === "") errors.invalid(path, key, "field can not be empty.");
    sizeBytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (sizeBytes > MAX_PARAMETER_BYTES) errors.tooLong(path, MAX_PARAMETER_BYTES);
}

function validateTopologies(terms: readonly TopologySelectorTerm[], errors: FieldErrors): void {
  const seen: Record<string, readonly string[]>[] = [];
  terms.forEach(({ matchLabelExpressions = [] }, index) => {
    const path = child(at("allowedTopologies", index), "matchLabelExpressions");
    const valuesByKey: Record<string, readonly string[]> = {};
    matchLabelExpressions.forEach(({ key, values }, expressionIndex) => {
      const expressionPath = at(path, expressionIndex);
      if (!values?.length) errors.required(child(expressionPath, "values"), "");
      checkUnique(values ?? [], child(expressionPath, "values"), errors);
      checkFormat(key, labelKeyProblems(key), child(expressionPath, "key"), errors);
      if (Object.hasOwn(valuesByKey, key)) errors.duplicate(child(expressionPath, "key"), key);
      valuesByKey[key] = (values ?? []).toSorted();
    });
    if (seen.some((other) => semanticEqual(other, valuesByKey))) errors.duplicate(path, "");
    seen.push(valuesByKey);
  });
}
