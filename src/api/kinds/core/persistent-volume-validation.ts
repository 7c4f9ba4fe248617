import { checkImmutable, checkNotEmpty, checkOptional, checkRequired } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { dnsLabelProblems, dnsSubdomainProblems } from "../../names.ts";
import { compareQuantities, formatQuantity, parseQuantity, ZERO } from "../../quantity.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type {
  CSIPersistentVolumeSource,
  PersistentVolume,
  PersistentVolumeSpec,
  SecretReference,
} from "../../types/core-v1.ts";
import { validateNodeSelector } from "./pod/affinity-validation.ts";
import { validatePathWithoutBacksteps } from "./pod/path-validation.ts";
import { validateCsiDriverName, validateNfs } from "./pod/storage-volume-validation.ts";

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const RECLAIM_POLICIES = ["Delete", "Recycle", "Retain"];
const HOST_PATH_TYPES = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];

/** In upstream's order; the first is used and any other complained of. */
const SOURCES = [
  "hostPath",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "glusterfs",
  "flocker",
  "nfs",
  "rbd",
  "quobyte",
  "cephfs",
  "iscsi",
  "cinder",
  "fc",
  "flexVolume",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "scaleIO",
  "local",
  "storageos",
  "csi",
] as const satisfies readonly (keyof PersistentVolumeSpec)[];

/** Upstream's ValidatePersistentVolumeSpec; of the sources, those that work here are looked into. */
export function validatePersistentVolume({ spec }: PersistentVolume, errors: FieldErrors): void {
  if (!spec) return;
  validateAccessModes(spec.accessModes ?? [], errors);
  validateCapacity(spec, errors);
  const reclaimPath = "spec.persistentVolumeReclaimPolicy";
  checkOptional(spec.persistentVolumeReclaimPolicy || undefined, RECLAIM_POLICIES, reclaimPath, errors);
  if (spec.nodeAffinity) validateNodeAffinity(spec.nodeAffinity, errors);
  validateSources(spec, errors);
  if (spec.hostPath?.path === "/" && spec.persistentVolumeReclaimPolicy === "Recycle") {
    errors.forbidden(reclaimPath, "may not be 'recycle' for a hostPath mount of '/'");
  }
  const { storageClassName, volumeMode, volumeAttributesClassName: attributesClass } = spec;
  if (storageClassName) checkRequired(storageClassName, dnsSubdomainProblems, "spec.storageClassName", errors);
  checkOptional(volumeMode, ["Block", "Filesystem"], "spec.volumeMode", errors);
  if (attributesClass === undefined) return;
  if (attributesClass === "") errors.required("spec.volumeAttributesClassName", "an empty string is disallowed");
  else checkRequired(attributesClass, dnsSubdomainProblems, "spec.volumeAttributesClassName", errors);
  if (!spec.csi) errors.required("spec.csi", "has to be specified when using volumeAttributesClassName");
}

function validateAccessModes(modes: readonly string[], errors: FieldErrors): void {
  const path = "spec.accessModes";
  if (modes.length === 0) errors.required(path, "");
  for (const mode of modes) checkOptional(mode, ACCESS_MODES, path, errors);
  const known = modes.filter((mode) => ACCESS_MODES.includes(mode));
  if (known.includes("ReadWriteOncePod") && known.some((mode) => mode !== "ReadWriteOncePod")) {
    errors.forbidden(path, "may not use ReadWriteOncePod with other access modes");
  }
}

function validateCapacity({ capacity = {} }: PersistentVolumeSpec, errors: FieldErrors): void {
  const path = "spec.capacity";
  const resources = Object.keys(capacity);
  if (resources.length === 0) errors.required(path, "");
  if (resources.length !== 1 || resources[0] !== "storage") {
    errors.notSupported(path, resources.length === 0 ? null : capacity, ["storage"]);
  }
  for (const [resource, quantity] of Object.entries(capacity)) {
    const amount = parseQuantity(quantity);
    if (compareQuantities(amount, ZERO) > 0) continue;
    errors.invalid(at(path, resource), formatQuantity(amount), "must be greater than zero");
  }
}

function validateNodeAffinity(
  { required }: NonNullable<PersistentVolumeSpec["nodeAffinity"]>,
  errors: FieldErrors,
): void {
  if (required) validateNodeSelector(required, "spec.nodeAffinity.required", errors);
  else errors.required("spec.nodeAffinity.required", "must specify required node constraints");
}

function validateSources(spec: PersistentVolumeSpec, errors: FieldErrors): void {
  const [first, ...others] = SOURCES.filter((source) => spec[source] !== undefined);
  if (!first) errors.required("spec", "must specify a volume type");
  else validateSource(spec, first, child("spec", first), errors);
  for (const other of others) errors.forbidden(child("spec", other), "may not specify more than 1 volume type");
}

function validateSource(spec: PersistentVolumeSpec, source: string, path: string, errors: FieldErrors): void {
  const { hostPath, local, nfs, csi, nodeAffinity } = spec;
  if (source === "hostPath" && hostPath) {
    validateFile(hostPath.path, child(path, "path"), errors);
    checkOptional(hostPath.type, HOST_PATH_TYPES, child(path, "type"), errors);
  } else if (source === "local" && local) {
    validateFile(local.path, child(path, "path"), errors);
    if (!nodeAffinity) errors.required("spec.nodeAffinity", "Local volume requires node affinity");
  } else if (source === "nfs" && nfs) validateNfs(nfs, path, errors);
  else if (source === "csi" && csi) validateCsi(csi, path, errors);
}

function validateFile(file: string, path: string, errors: FieldErrors): void {
  if (file) validatePathWithoutBacksteps(file, path, errors);
  else errors.required(path, "");
}

function validateCsi(csi: CSIPersistentVolumeSource, path: string, errors: FieldErrors): void {
  validateCsiDriverName(csi.driver, child(path, "driver"), errors);
  checkNotEmpty(csi.volumeHandle, child(path, "volumeHandle"), errors);
  const fields = [
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
  ] as const;
  for (const field of fields) validateSecretRef(csi[field], child(path, field), errors);
}

function validateSecretRef(reference: SecretReference | undefined, path: string, errors: FieldErrors): void {
  if (!reference) return;
  checkRequired(reference.name, dnsSubdomainProblems, child(path, "name"), errors);
  checkRequired(reference.namespace, dnsLabelProblems, child(path, "namespace"), errors);
}

/** What was mounted under a name stays. */
export function validatePersistentVolumeUpdate(
  { spec = {} }: PersistentVolume,
  old: PersistentVolume,
  errors: FieldErrors,
): void {
  const oldSpec = old.spec ?? {};
  const isChanged = SOURCES.some((source) => !semanticEqual(comparable(spec, oldSpec, source), oldSpec[source]));
  if (isChanged) {
    errors.forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
  }
  // Without "spec.": Kubernetes does this too, here and below.
  checkImmutable(spec.volumeMode, oldSpec.volumeMode, "volumeMode", errors);
  if (oldSpec.nodeAffinity && !semanticEqual(spec.nodeAffinity, oldSpec.nodeAffinity)) {
    const detail = "field is immutable, except for updating from beta label to GA";
    errors.invalid("nodeAffinity", spec.nodeAffinity, detail);
  }
  if (oldSpec.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    errors.forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden");
  }
}

/** A CSI volume may still get the secret it needs to grow. */
function comparable(spec: PersistentVolumeSpec, old: PersistentVolumeSpec, source: (typeof SOURCES)[number]): unknown {
  if (source !== "csi" || !spec.csi || old.csi?.controllerExpandSecretRef) return spec[source];
  const { controllerExpandSecretRef: _added, ...others } = spec.csi;
  return others;
}
