import { checkDnsLabel, checkDnsSubdomain, checkFormat, checkNotEmpty, checkRequired } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { configMapKeyProblems, envVarNameProblems, generateNameProblems } from "../../../names.ts";
import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector } from "../../../types/core-v1.ts";
import { ENVIRONMENT_FIELDS, validateFieldRef, validateResourceFieldRef } from "./field-ref-validation.ts";
import { validatePathWithoutBacksteps } from "./path-validation.ts";

export function validateEnvironment(variables: readonly EnvVar[] | undefined, path: string, errors: FieldErrors): void {
  variables?.forEach((variable, index) => {
    const variablePath = at(path, index);
    checkRequired(variable.name, envVarNameProblems, child(variablePath, "name"), errors);
    if (variable.valueFrom) {
      validateValueFrom(variable.valueFrom, variable.value ?? "", child(variablePath, "valueFrom"), errors);
    }
  });
}

export function validateEnvFrom(
  sources: readonly EnvFromSource[] | undefined,
  path: string,
  errors: FieldErrors,
): void {
  sources?.forEach(({ prefix, configMapRef, secretRef }, index) => {
    const sourcePath = at(path, index);
    if (prefix) checkFormat(prefix, envVarNameProblems(prefix), child(sourcePath, "prefix"), errors);
    if (configMapRef) checkSourceName(configMapRef.name, child(sourcePath, "configMapRef"), errors);
    if (secretRef) checkSourceName(secretRef.name, child(sourcePath, "secretRef"), errors);
    // Upstream names the list, not the entry.
    if (!configMapRef && !secretRef) errors.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`");
    if (configMapRef && secretRef) errors.invalid(path, "", "may not have more than one field specified at a time");
  });
}

function validateValueFrom(source: EnvVarSource, value: string, path: string, errors: FieldErrors): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) validateFieldRef(fieldRef, ENVIRONMENT_FIELDS, child(path, "fieldRef"), errors);
  if (resourceFieldRef) validateResourceFieldRef(resourceFieldRef, child(path, "resourceFieldRef"), errors);
  if (configMapKeyRef) validateKeyRef(configMapKeyRef, child(path, "configMapKeyRef"), errors);
  if (secretKeyRef) validateKeyRef(secretKeyRef, child(path, "secretKeyRef"), errors);
  if (fileKeyRef) validateFileKeyRef(fileKeyRef, child(path, "fileKeyRef"), errors);

  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (sources === 0) {
    errors.invalid(
      path,
      "",
      "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
    );
  } else if (value !== "") {
    errors.invalid(path, "", "may not be specified when `value` is not empty");
  } else if (sources > 1) {
    errors.invalid(path, "", "may not have more than one field specified at a time");
  }
}

function validateKeyRef(
  { name = "", key }: { readonly name?: string | undefined; readonly key: string },
  path: string,
  errors: FieldErrors,
): void {
  checkDnsSubdomain(name, child(path, "name"), errors);
  checkRequired(key, configMapKeyProblems, child(path, "key"), errors);
}

function validateFileKeyRef({ key, volumeName, path: file }: FileKeySelector, path: string, errors: FieldErrors): void {
  checkRequired(key, envVarNameProblems, child(path, "key"), errors);
  if (!volumeName) errors.required(child(path, "volumeName"), "");
  else checkDnsLabel(volumeName, child(path, "volumeName"), errors);
  checkNotEmpty(file, child(path, "path"), errors);
  if (file) validatePathWithoutBacksteps(file, child(path, "path"), errors);
}

function checkSourceName(name: string | undefined, path: string, errors: FieldErrors): void {
  // Checked as the start of a name: Kubernetes does this too (validateConfigMapEnvSource).
  checkRequired(name, (value) => generateNameProblems(value, "dns-subdomain"), child(path, "name"), errors);
}
