import { checkNotEmpty } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
  SecretVolumeSource,
} from "../../../types/core-v1.ts";
import { validateFieldRef, validateVolumeResourceFieldRef, VOLUME_FIELDS } from "./field-ref-validation.ts";
import { validateUnreservedPath } from "./path-validation.ts";

export function validateSecretVolume(secret: SecretVolumeSource, path: string, errors: FieldErrors): void {
  checkNotEmpty(secret.secretName, child(path, "secretName"), errors);
  validateFileMode(secret.defaultMode, child(path, "defaultMode"), errors);
  validateItems(secret.items, child(path, "items"), errors);
}

export function validateConfigMapVolume(configMap: ConfigMapVolumeSource, path: string, errors: FieldErrors): void {
  checkNotEmpty(configMap.name, child(path, "name"), errors);
  validateFileMode(configMap.defaultMode, child(path, "defaultMode"), errors);
  validateItems(configMap.items, child(path, "items"), errors);
}

export function validateDownwardApiVolume(volume: DownwardAPIVolumeSource, path: string, errors: FieldErrors): void {
  validateFileMode(volume.defaultMode, child(path, "defaultMode"), errors);
  for (const file of volume.items ?? []) validateDownwardApiFile(file, path, errors);
}

/** Upstream names the volume, not the file. */
export function validateDownwardApiFile(file: DownwardAPIVolumeFile, path: string, errors: FieldErrors): void {
  checkNotEmpty(file.path, child(path, "path"), errors);
  validateUnreservedPath(file.path, child(path, "path"), errors);
  const { fieldRef, resourceFieldRef } = file;
  if (fieldRef) validateFieldRef(fieldRef, VOLUME_FIELDS, child(path, "fieldRef"), errors);
  if (fieldRef && resourceFieldRef) {
    errors.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
  } else if (resourceFieldRef) {
    validateVolumeResourceFieldRef(resourceFieldRef, child(path, "resourceFieldRef"), errors);
  } else if (!fieldRef) {
    errors.required(path, "one of fieldRef and resourceFieldRef is required");
  }
  validateFileMode(file.mode, child(path, "mode"), errors);
}

export function validateItems(items: readonly KeyToPath[] | undefined, path: string, errors: FieldErrors): void {
  items?.forEach(({ key, path: file, mode }, index) => {
    const itemPath = at(path, index);
    checkNotEmpty(key, child(itemPath, "key"), errors);
    checkNotEmpty(file, child(itemPath, "path"), errors);
    validateUnreservedPath(file, child(itemPath, "path"), errors);
    validateFileMode(mode, child(itemPath, "mode"), errors);
  });
}

export function validateFileMode(mode: number | undefined, path: string, errors: FieldErrors): void {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return;
  errors.invalid(path, mode, "must be a number between 0 and 0777 (octal), both inclusive");
}
