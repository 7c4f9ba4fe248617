import { checkNotEmpty, checkSupported } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import type { Container, Volume, VolumeDevice, VolumeMount } from "../../../types/core-v1.ts";
import { hasBackstep, validateDescendingPath } from "./path-validation.ts";

/** The well-formed volumes of a pod. */
export type VolumesByName = ReadonlyMap<string, Volume>;

export function validateVolumeMounts(
  container: Pick<Container, "volumeMounts" | "volumeDevices" | "securityContext">,
  volumes: VolumesByName,
  path: string,
  errors: FieldErrors,
): void {
  const devices = container.volumeDevices ?? [];
  const mountPaths = new Set<string>();
  container.volumeMounts?.forEach((mount, index) => {
    const mountPath = at(path, index);
    checkNotEmpty(mount.name, child(mountPath, "name"), errors);
    if (!volumes.has(mount.name)) errors.notFound(child(mountPath, "name"), mount.name);
    checkNotEmpty(mount.mountPath, child(mountPath, "mountPath"), errors);
    if (mountPaths.has(mount.mountPath)) {
      errors.invalid(child(mountPath, "mountPath"), mount.mountPath, "must be unique");
    }
    mountPaths.add(mount.mountPath);
    if (devices.some(({ name }) => name === mount.name)) {
      errors.invalid(child(mountPath, "name"), mount.name, "must not already exist in volumeDevices");
    }
    if (devices.some(({ devicePath }) => devicePath === mount.mountPath)) {
      errors.invalid(
        child(mountPath, "mountPath"),
        mount.mountPath,
        "must not already exist as a path in volumeDevices",
      );
    }
    validateSubPath(mount, mountPath, path, errors);
    const isPrivileged = container.securityContext?.privileged === true;
    validatePropagation(mount, isPrivileged, child(path, "mountPropagation"), errors);
    validateRecursiveReadOnly(mount, child(path, "recursiveReadOnly"), errors);
  });
}

export function validateVolumeDevices(
  container: Pick<Container, "volumeMounts" | "volumeDevices">,
  volumes: VolumesByName,
  path: string,
  errors: FieldErrors,
): void {
  const mounts = container.volumeMounts ?? [];
  const names = new Set<string>();
  const devicePaths = new Set<string>();
  container.volumeDevices?.forEach((device, index) => {
    const { name, devicePath } = device;
    const namePath = child(at(path, index), "name");
    const devicePathPath = child(at(path, index), "devicePath");
    checkNotEmpty(name, namePath, errors);
    if (names.has(name)) errors.invalid(namePath, name, "must be unique");
    validateBlockVolume(device, volumes, namePath, errors);
    checkNotEmpty(devicePath, devicePathPath, errors);
    if (devicePaths.has(devicePath)) errors.invalid(devicePathPath, devicePath, "must be unique");
    if (hasBackstep(devicePath)) {
      errors.invalid(devicePathPath, devicePath, "can not contain backsteps ('..')");
    } else {
      devicePaths.add(devicePath);
    }
    if (mounts.some((mount) => mount.name === name)) {
      errors.invalid(namePath, name, "must not already exist in volumeMounts");
    }
    if (mounts.some(({ mountPath }) => mountPath === devicePath)) {
      errors.invalid(devicePathPath, devicePath, "must not already exist as a path in volumeMounts");
    }
    if (name) names.add(name);
  });
}

function validateBlockVolume({ name }: VolumeDevice, volumes: VolumesByName, path: string, errors: FieldErrors): void {
  const volume = volumes.get(name);
  if (!volume) return errors.notFound(path, name);
  if (volume.persistentVolumeClaim || volume.ephemeral) return;
  errors.invalid(path, name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
}

/** Upstream names the list, not the entry, for malformed sub-paths. */
function validateSubPath(
  { subPath, subPathExpr }: VolumeMount,
  mountPath: string,
  listPath: string,
  errors: FieldErrors,
): void {
  if (subPath) validateDescendingPath(subPath, child(listPath, "subPath"), errors);
  if (!subPathExpr) return;
  if (subPath) {
    errors.invalid(child(mountPath, "subPathExpr"), subPathExpr, "subPathExpr and subPath are mutually exclusive");
  }
  validateDescendingPath(subPathExpr, child(listPath, "subPathExpr"), errors);
}

function validatePropagation(
  { mountPropagation }: VolumeMount,
  isPrivileged: boolean,
  path: string,
  errors: FieldErrors,
): void {
  if (mountPropagation === undefined) return;
  checkSupported(mountPropagation, ["Bidirectional", "HostToContainer", "None"], path, errors);
  if (mountPropagation === "Bidirectional" && !isPrivileged) {
    errors.forbidden(path, "Bidirectional mount propagation is available only to privileged containers");
  }
}

function validateRecursiveReadOnly(
  { recursiveReadOnly, readOnly, mountPropagation = "None" }: VolumeMount,
  path: string,
  errors: FieldErrors,
): void {
  if (recursiveReadOnly === undefined || recursiveReadOnly === "Disabled") return;
  if (recursiveReadOnly !== "Enabled" && recursiveReadOnly !== "IfPossible") {
    return errors.notSupported(path, recursiveReadOnly, ["Disabled", "Enabled", "IfPossible"]);
  }
  if (!readOnly) errors.forbidden(path, "may only be specified when readOnly is true");
  if (mountPropagation !== "None") {
    errors.forbidden(path, "may only be specified when mountPropagation is None or not specified");
  }
}
