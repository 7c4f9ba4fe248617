/** Volumes of networks and clouds. Nothing here mounts them, but they are stored and checked like any other. */
import { checkDnsLabel, checkDnsSubdomain, checkNotEmpty, checkSupported } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { dnsSubdomainProblems, rangeProblems } from "../../../names.ts";
import type {
  AzureDiskVolumeSource,
  CinderVolumeSource,
  CSIVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GitRepoVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
  StorageOSVolumeSource,
} from "../../../types/core-v1.ts";
import { validateDescendingPath } from "./path-validation.ts";

/** For sources of which only the presence of some fields is checked. */
export function checksFields<F extends string>(...fields: readonly F[]) {
  return (source: Readonly<Partial<Record<F, unknown>>>, path: string, errors: FieldErrors): void => {
    for (const field of fields) {
      const value = source[field];
      if (!value || (Array.isArray(value) && value.length === 0)) errors.required(child(path, field), "");
    }
  };
}

/** A disk of a cloud, named by `idField`. */
export function validatePartitionedDisk<F extends string>(idField: F) {
  return (
    disk: Readonly<Record<F, string>> & { readonly partition?: number | undefined },
    path: string,
    errors: FieldErrors,
  ): void => {
    checkNotEmpty(disk[idField], child(path, idField), errors);
    const { partition = 0 } = disk;
    // Zero is the whole disk; the message is upstream's.
    if (partition < 0 || partition > 255) {
      errors.invalid(child(path, "partition"), partition, "must be between 1 and 255, inclusive");
    }
  };
}

export function validateGitRepo(
  { repository, directory = "" }: GitRepoVolumeSource,
  path: string,
  errors: FieldErrors,
): void {
  checkNotEmpty(repository, child(path, "repository"), errors);
  validateDescendingPath(directory, child(path, "directory"), errors);
}

export function validateNfs({ server, path: exportPath }: NFSVolumeSource, path: string, errors: FieldErrors): void {
  checkNotEmpty(server, child(path, "server"), errors);
  checkNotEmpty(exportPath, child(path, "path"), errors);
  if (!exportPath.startsWith("/")) errors.invalid(child(path, "path"), exportPath, "must be an absolute path");
}

export function validateIscsi(iscsi: ISCSIVolumeSource, path: string, errors: FieldErrors): void {
  checkNotEmpty(iscsi.targetPortal, child(path, "targetPortal"), errors);
  if (!iscsi.iqn) errors.required(child(path, "iqn"), "");
  else checkIscsiName(iscsi.iqn, child(path, "iqn"), errors);
  for (const problem of rangeProblems(iscsi.lun, 0, 255)) errors.invalid(child(path, "lun"), iscsi.lun, problem);
  if ((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !iscsi.secretRef) {
    errors.required(child(path, "secretRef"), "");
  }
  if (iscsi.initiatorName !== undefined) checkIscsiName(iscsi.initiatorName, child(path, "initiatorname"), errors);
}

const ISCSI_NAMES = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9.-]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
} as const;

function checkIscsiName(name: string, path: string, errors: FieldErrors): void {
  const kind = (["iqn", "eui", "naa"] as const).find((each) => name.startsWith(each));
  if (!kind) errors.invalid(path, name, "must be valid format starting with iqn, eui, or naa");
  else if (!ISCSI_NAMES[kind].test(name)) errors.invalid(path, name, "must be valid format");
}

export function validateFlocker(
  { datasetName, datasetUUID }: FlockerVolumeSource,
  path: string,
  errors: FieldErrors,
): void {
  if (!datasetName && !datasetUUID) errors.required(path, "one of datasetName and datasetUUID is required");
  if (datasetName && datasetUUID) {
    errors.invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously");
  }
  if (datasetName?.includes("/")) errors.invalid(child(path, "datasetName"), datasetName, "must not contain '/'");
}

export function validateCinder({ volumeID, secretRef }: CinderVolumeSource, path: string, errors: FieldErrors): void {
  checkNotEmpty(volumeID, child(path, "volumeID"), errors);
  if (secretRef) checkNotEmpty(secretRef.name, child(child(path, "secretRef"), "name"), errors);
}

export function validateQuobyte(
  { registry, tenant, volume }: QuobyteVolumeSource,
  path: string,
  errors: FieldErrors,
): void {
  const explained = "must be a host:port pair or multiple pairs separated by commas";
  if (!registry) {
    errors.required(child(path, "registry"), explained);
  } else if ((tenant ?? "").length > 64) {
    errors.required(child(path, "tenant"), "must be a UUID and may not exceed a length of 64 characters");
  } else {
    for (const pair of registry.split(",")) {
      if (!isHostPort(pair)) errors.invalid(child(path, "registry"), registry, explained);
    }
  }
  checkNotEmpty(volume, child(path, "volume"), errors);
}

/** As Go's net.SplitHostPort: one colon, or an address in brackets before it. */
const isHostPort = (pair: string): boolean => /^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair);

export function validateFibreChannel(
  { targetWWNs = [], wwids = [], lun }: FCVolumeSource,
  path: string,
  errors: FieldErrors,
): void {
  if (targetWWNs.length === 0 && wwids.length === 0) {
    errors.required(child(path, "targetWWNs"), "must specify either targetWWNs or wwids, but not both");
  }
  if (targetWWNs.length > 0 && wwids.length > 0) {
    errors.invalid(child(path, "targetWWNs"), targetWWNs, "targetWWNs and wwids can not be specified simultaneously");
  }
  if (targetWWNs.length === 0) return;
  if (lun === undefined) return errors.required(child(path, "lun"), "lun is required if targetWWNs is specified");
  for (const problem of rangeProblems(lun, 0, 255)) errors.invalid(child(path, "lun"), lun, problem);
}

export function validateFlex({ driver, options }: FlexVolumeSource, path: string, errors: FieldErrors): void {
  checkNotEmpty(driver, child(path, "driver"), errors);
  for (const key of Object.keys(options ?? {})) {
    const [domain = ""] = key.toLowerCase().split("/");
    if (/(?:^|\.)(?:kubernetes|k8s)\.io$/.test(domain)) {
      errors.invalid(at(child(path, "options"), key), key, "kubernetes.io and k8s.io namespaces are reserved");
    }
  }
}

const MANAGED_DISK_URI =
  "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
const BLOB_DISK_URI = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";

export function validateAzureDisk(disk: AzureDiskVolumeSource, path: string, errors: FieldErrors): void {
  const { diskName, diskURI, cachingMode, kind } = disk;
  checkNotEmpty(diskName, child(path, "diskName"), errors);
  checkNotEmpty(diskURI, child(path, "diskURI"), errors);
  if (cachingMode !== undefined) {
    checkSupported(cachingMode, ["None", "ReadOnly", "ReadWrite"], child(path, "cachingMode"), errors);
  }
  if (kind === undefined) return;
  checkSupported(kind, ["Dedicated", "Managed", "Shared"], child(path, "kind"), errors);
  const { prefix, form } =
    kind === "Managed"
      ? { prefix: "/subscriptions/", form: MANAGED_DISK_URI }
      : { prefix: "https://", form: BLOB_DISK_URI };
  if (!diskURI.startsWith(prefix)) errors.notSupported(child(path, "diskURI"), diskURI, [form]);
}

export function validateStorageOs(volume: StorageOSVolumeSource, path: string, errors: FieldErrors): void {
  const { volumeName, volumeNamespace, secretRef } = volume;
  if (!volumeName) errors.required(child(path, "volumeName"), "");
  else checkDnsLabel(volumeName, child(path, "volumeName"), errors);
  if (volumeNamespace) checkDnsLabel(volumeNamespace, child(path, "volumeNamespace"), errors);
  if (secretRef) checkNotEmpty(secretRef.name, child(child(path, "secretRef"), "name"), errors);
}

export function validateCsi(
  { driver, nodePublishSecretRef }: CSIVolumeSource,
  path: string,
  errors: FieldErrors,
): void {
  validateCsiDriverName(driver, child(path, "driver"), errors);
  if (!nodePublishSecretRef) return;
  const { name } = nodePublishSecretRef;
  if (!name) errors.required(child(child(path, "nodePublishSecretRef"), "name"), "");
  else checkDnsSubdomain(name, child(path, "name"), errors);
}

const CSI_DRIVER_MAX_BYTES = 63;

/** Upper case is well-formed here. */
export function validateCsiDriverName(driver: string, path: string, errors: FieldErrors): void {
  if (!driver) return errors.required(path, "");
  if (driver.length > CSI_DRIVER_MAX_BYTES) errors.tooLong(path, CSI_DRIVER_MAX_BYTES);
  for (const problem of dnsSubdomainProblems(driver.toLowerCase())) errors.invalid(path, driver, problem);
}
