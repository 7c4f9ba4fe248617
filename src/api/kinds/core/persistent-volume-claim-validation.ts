import { unifiedDiff } from "../../../lib/unified-diff.ts";
import { checkImmutable } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { IMMUTABLE } from "../../meta-validation.ts";
import { compareQuantities, parseQuantity, quantityValue, ZERO, type Amount } from "../../quantity.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type {
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  TypedLocalObjectReference,
  TypedObjectReference,
} from "../../types/core-v1.ts";
import type { Quantity } from "../../types/meta-v1.ts";
import { validateClaimSpec } from "./claim-spec-validation.ts";

const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

export function validateClaim({ spec }: PersistentVolumeClaim, errors: FieldErrors): void {
  if (spec) validateClaimSpec(spec, "spec", errors);
}

/** Upstream's ValidatePersistentVolumeClaimUpdate: a claim may grow once it is bound, and else only get what it lacked. */
export function validateClaimUpdate(
  object: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
  errors: FieldErrors,
): void {
  const spec = object.spec ?? {};
  const oldSpec = old.spec ?? {};
  const expected = { ...oldSpec };
  if (!oldSpec.volumeName) expected.volumeName = spec.volumeName;
  if (!isMovedFromAnnotation(object, old)) {
    const path = `metadata.annotations[${CLASS_ANNOTATION}]`;
    const annotation = object.metadata.annotations?.[CLASS_ANNOTATION] ?? "";
    if (annotation !== (old.metadata.annotations?.[CLASS_ANNOTATION] ?? ""))
      errors.invalid(path, annotation, IMMUTABLE);
  }
  if (oldSpec.storageClassName === undefined && mayTakeClass(spec.storageClassName, old)) {
    expected.storageClassName = spec.storageClassName;
  }
  if (object.status?.phase === "Bound") {
    expected.volumeAttributesClassName = spec.volumeAttributesClassName;
    if (spec.resources?.requests) expected.resources = withStorageOf(oldSpec, spec);
  }
  if (!semanticEqual(spec, expected)) {
    const diff = unifiedDiff(prettyJson(internalSpec(expected)), prettyJson(internalSpec(spec)));
    errors.forbidden(
      "spec",
      `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${diff}`,
    );
  }
  const wanted = storageOf(spec.resources?.requests);
  const given = storageOf(old.status?.capacity);
  const isShrunk = compareQuantities(wanted, storageOf(oldSpec.resources?.requests)) < 0;
  if (isShrunk && compareQuantities(wanted, given) <= 0) {
    errors.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
  }
  // Without "spec.": Kubernetes does this too.
  checkImmutable(spec.volumeMode, oldSpec.volumeMode, "volumeMode", errors);
  validateAttributesClass(spec, old, errors);
}

/** The class was once named by an annotation; it may be named by the field instead, and the same one. */
function isMovedFromAnnotation({ metadata, spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const oldClass = old.metadata.annotations?.[CLASS_ANNOTATION];
  const annotation = metadata.annotations?.[CLASS_ANNOTATION];
  if (oldClass === undefined || old.spec?.storageClassName !== undefined) return false;
  return spec?.storageClassName === oldClass && (annotation === undefined || annotation === oldClass);
}

function mayTakeClass(className: string | undefined, old: PersistentVolumeClaim): boolean {
  const oldClass = old.metadata.annotations?.[CLASS_ANNOTATION];
  return className !== undefined && (oldClass === undefined || oldClass === className);
}

function withStorageOf(oldSpec: PersistentVolumeClaimSpec, spec: PersistentVolumeClaimSpec) {
  const storage = spec.resources?.requests?.["storage"];
  const requests = { ...oldSpec.resources?.requests };
  if (storage !== undefined) requests["storage"] = storage;
  return { ...oldSpec.resources, requests };
}

const storageOf = (amounts: Readonly<Record<string, Quantity>> | undefined): Amount => {
  const storage = amounts?.["storage"];
  return storage === undefined ? ZERO : parseQuantity(storage);
};

function validateAttributesClass(
  spec: PersistentVolumeClaimSpec,
  old: PersistentVolumeClaim,
  errors: FieldErrors,
): void {
  const name = spec.volumeAttributesClassName;
  if (name === old.spec?.volumeAttributesClassName) return;
  if (old.status?.currentVolumeAttributesClassName === undefined) return;
  const reason = "is forbidden when status.currentVolumeAttributesClassName is not nil";
  if (name === undefined) errors.forbidden("spec.volumeAttributesClassName", `update to nil ${reason}`);
  else if (name === "") errors.forbidden("spec.volumeAttributesClassName", `update to empty string ${reason}`);
}

export function validateClaimStatus(
  { spec, status }: PersistentVolumeClaim,
  _old: PersistentVolumeClaim,
  errors: FieldErrors,
): void {
  if (!spec?.accessModes?.length) errors.required("Spec.accessModes", "");
  for (const [resource, quantity] of Object.entries(status?.capacity ?? {})) {
    const value = quantityValue(parseQuantity(quantity));
    const path = at(child("status", "capacity"), resource);
    if (value < 0n) errors.invalid(path, Number(value), "must be a valid resource quantity");
  }
}

/** Upstream shows its internal type in the difference. */
function internalSpec(spec: PersistentVolumeClaimSpec): object {
  return {
    AccessModes: spec.accessModes ?? null,
    Selector: spec.selector ?? null,
    Resources: { Limits: spec.resources?.limits ?? null, Requests: spec.resources?.requests ?? null },
    VolumeName: spec.volumeName ?? "",
    StorageClassName: spec.storageClassName ?? null,
    VolumeMode: spec.volumeMode ?? null,
    DataSource: internalReference(spec.dataSource),
    DataSourceRef: spec.dataSourceRef
      ? { ...internalReference(spec.dataSourceRef), Namespace: spec.dataSourceRef.namespace ?? null }
      : null,
    VolumeAttributesClassName: spec.volumeAttributesClassName ?? null,
  };
}

const internalReference = (reference: TypedLocalObjectReference | TypedObjectReference | undefined): object | null =>
  reference ? { APIGroup: reference.apiGroup ?? null, Kind: reference.kind, Name: reference.name } : null;

const prettyJson = (value: object): string => JSON.stringify(value, null, 1);
