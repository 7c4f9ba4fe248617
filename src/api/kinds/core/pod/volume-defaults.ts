import type { DownwardAPIVolumeFile, Volume, VolumeProjection } from "../../../types/core-v1.ts";
import { fieldRefDefaults, resourceDefaults, resourceFieldRefDefaults } from "./container-defaults.ts";
import { defaultPullPolicy } from "./image-pull-policy.ts";

const DEFAULT_FILE_MODE = 0o644;
const TOKEN_LIFETIME_SECONDS = 3600;

/** Of the volumes of a pod (pkg/apis/core/v1/defaults.go and its `+default` tags). */
export function volumeDefaults(volume: Volume): void {
  if (!hasSource(volume)) volume.emptyDir = {};
  const { hostPath, secret, configMap, downwardAPI, projected, image, ephemeral } = volume;
  if (hostPath) hostPath.type ??= "";
  if (secret) secret.defaultMode ??= DEFAULT_FILE_MODE;
  if (configMap) configMap.defaultMode ??= DEFAULT_FILE_MODE;
  if (downwardAPI) {
    downwardAPI.defaultMode ??= DEFAULT_FILE_MODE;
    downwardApiDefaults(downwardAPI.items);
  }
  if (projected) {
    projected.defaultMode ??= DEFAULT_FILE_MODE;
    for (const source of projected.sources ?? []) projectionDefaults(source);
  }
  if (image) image.pullPolicy ||= defaultPullPolicy(image.reference ?? "");
  if (ephemeral?.volumeClaimTemplate) {
    const claim = ephemeral.volumeClaimTemplate.spec;
    claim.volumeMode ??= "Filesystem";
    resourceDefaults((claim.resources ??= {}));
  }
  legacySourceDefaults(volume);
}

/** Which of a volume's fields is its source; undefined when it has none yet. */
const hasSource = (volume: Volume): boolean =>
  Object.entries(volume).some(([field, value]) => field !== "name" && value !== undefined && value !== null);

function projectionDefaults({ downwardAPI, serviceAccountToken }: VolumeProjection): void {
  downwardApiDefaults(downwardAPI?.items);
  if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= TOKEN_LIFETIME_SECONDS;
}

function downwardApiDefaults(items: readonly DownwardAPIVolumeFile[] | undefined): void {
  for (const { fieldRef, resourceFieldRef } of items ?? []) {
    fieldRefDefaults(fieldRef);
    resourceFieldRefDefaults(resourceFieldRef);
  }
}

/** Sources that nothing here mounts, but that are stored and shown like any other. */
function legacySourceDefaults({ iscsi, rbd, azureDisk, scaleIO }: Volume): void {
  if (iscsi) iscsi.iscsiInterface ||= "default";
  if (rbd) {
    rbd.pool ||= "rbd";
    rbd.user ||= "admin";
    rbd.keyring ||= "/etc/ceph/keyring";
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= "ReadWrite";
    azureDisk.fsType ??= "ext4";
    azureDisk.readOnly ??= false;
    azureDisk.kind ??= "Shared";
  }
  if (scaleIO) {
    scaleIO.storageMode ||= "ThinProvisioned";
    scaleIO.fsType ||= "xfs";
  }
}
