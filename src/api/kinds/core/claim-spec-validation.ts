import { checkDnsLabel, checkDnsSubdomain, checkNotEmpty, checkSupported } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import { validateTemplateMetadata } from "../../meta-validation.ts";
import { formatQuantity, parseQuantity } from "../../quantity.ts";
import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedLocalObjectReference,
  TypedObjectReference,
} from "../../types/core-v1.ts";
import type { ObjectMeta } from "../../types/meta-v1.ts";
import { checkResourceAmount } from "../quantity-checks.ts";

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/** The claim that a pod or a StatefulSet will make. */
export function validateClaimTemplate(
  template: PersistentVolumeClaimTemplate,
  path: string,
  errors: FieldErrors,
): void {
  validateOwnTemplateMetadata(template.metadata ?? {}, child(path, "metadata"), errors);
  validateClaimSpec(template.spec, child(path, "spec"), errors);
}

export function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string, errors: FieldErrors): void {
  validateAccessModes(spec.accessModes ?? [], child(path, "accessModes"), errors);
  validateLabelSelector(spec.selector, child(path, "selector"), errors);
  validateStorage(spec, at(child(path, "resources"), "storage"), errors);
  if (spec.storageClassName) checkDnsSubdomain(spec.storageClassName, child(path, "storageClassName"), errors);
  if (spec.volumeMode !== undefined) {
    checkSupported(spec.volumeMode, ["Block", "Filesystem"], child(path, "volumeMode"), errors);
  }
  validateDataSources(spec, path, errors);
  if (spec.volumeAttributesClassName) {
    checkDnsSubdomain(spec.volumeAttributesClassName, child(path, "volumeAttributesClassName"), errors);
  }
}

/** Only labels and annotations: the rest is the business of whoever makes the claim. */
function validateOwnTemplateMetadata(metadata: ObjectMeta, path: string, errors: FieldErrors): void {
  validateTemplateMetadata(metadata, path, errors);
  for (const [field, value] of Object.entries(metadata)) {
    if (field === "labels" || field === "annotations" || value === undefined) continue;
    errors.forbidden(child(path, field), "cannot be set");
  }
}

function validateAccessModes(modes: readonly string[], path: string, errors: FieldErrors): void {
  if (modes.length === 0) errors.required(path, "at least 1 access mode is required");
  for (const mode of modes) checkSupported(mode, ACCESS_MODES, path, errors);
  const others = modes.filter((mode) => mode !== "ReadWriteOncePod" && ACCESS_MODES.includes(mode));
  if (modes.includes("ReadWriteOncePod") && others.length > 0) {
    errors.forbidden(path, "may not use ReadWriteOncePod with other access modes");
  }
}

function validateStorage({ resources }: PersistentVolumeClaimSpec, path: string, errors: FieldErrors): void {
  const storage = resources?.requests?.["storage"];
  if (storage === undefined) return errors.required(path, "");
  const amount = parseQuantity(storage);
  if (amount.unscaled <= 0n) return errors.invalid(path, formatQuantity(amount), "must be greater than zero");
  checkResourceAmount("storage", storage, path, errors);
}

function validateDataSources(spec: PersistentVolumeClaimSpec, path: string, errors: FieldErrors): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource) validateDataSource(dataSource, child(path, "dataSource"), errors);
  if (!dataSourceRef) return;
  validateDataSource(dataSourceRef, child(path, "dataSourceRef"), errors);
  if (dataSourceRef.namespace) {
    checkDnsLabel(dataSourceRef.namespace, child(child(path, "dataSourceRef"), "namespace"), errors);
  }
  if (!dataSource) return;
  // Upstream shows the path of the field, which prints as an empty object.
  if (dataSourceRef.namespace) {
    errors.invalid(path, {}, "may not be specified when dataSourceRef.namespace is specified");
  } else if (!isSameReference(dataSource, dataSourceRef)) {
    errors.invalid(path, {}, "must match dataSourceRef");
  }
}

function validateDataSource(
  reference: TypedLocalObjectReference | TypedObjectReference,
  path: string,
  errors: FieldErrors,
): void {
  const { kind, name } = reference;
  // Always written, and then null when it is unset.
  const apiGroup = reference.apiGroup ?? "";
  checkNotEmpty(name, child(path, "name"), errors);
  checkNotEmpty(kind, child(path, "kind"), errors);
  if (apiGroup !== "") {
    checkDnsSubdomain(apiGroup, child(path, "apiGroup"), errors);
  } else if (kind !== "PersistentVolumeClaim") {
    errors.invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  }
}

const isSameReference = (a: TypedLocalObjectReference, b: TypedObjectReference): boolean =>
  a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name;
