import { checkNotEmpty, checkSupported } from "../../../field-checks.ts";
import { child, type FieldErrors } from "../../../field-errors.ts";
import { dnsSubdomainProblems } from "../../../names.ts";
import { parseQuantity } from "../../../quantity.ts";
import type {
  EmptyDirVolumeSource,
  EphemeralVolumeSource,
  HostPathVolumeSource,
  ImageVolumeSource,
  Volume,
} from "../../../types/core-v1.ts";
import { validateClaimTemplate } from "../claim-spec-validation.ts";
import {
  validateConfigMapVolume,
  validateDownwardApiVolume,
  validateSecretVolume,
} from "./config-volume-validation.ts";
import { validatePullPolicy } from "./image-pull-policy.ts";
import { validatePathWithoutBacksteps } from "./path-validation.ts";
import { validateProjectedVolume } from "./projected-volume-validation.ts";
import {
  checksFields,
  validateAzureDisk,
  validateCinder,
  validateCsi,
  validateFibreChannel,
  validateFlex,
  validateFlocker,
  validateGitRepo,
  validateIscsi,
  validateNfs,
  validatePartitionedDisk,
  validateQuobyte,
  validateStorageOs,
} from "./storage-volume-validation.ts";

/** Whose volumes they are. */
export interface VolumeOwner {
  /** Absent in templates: then nothing can be derived from it. */
  readonly podName: string | undefined;
  readonly isPod: boolean;
}

type Source = Exclude<keyof Volume, "name">;

interface VolumeSourceRule {
  readonly source: Source;
  /** Where a second source is complained of. */
  readonly forbiddenAt: string;
  readonly validate: (volume: Volume, owner: VolumeOwner, path: string, errors: FieldErrors) => void;
}

type Validate<S extends Source> = (
  value: NonNullable<Volume[S]>,
  path: string,
  errors: FieldErrors,
  context: { readonly owner: VolumeOwner; readonly volume: Volume; readonly volumePath: string },
) => void;

function rule<S extends Source>(
  source: S,
  validate: Validate<S>,
  { checkedAt = source, forbiddenAt = source }: { checkedAt?: string; forbiddenAt?: string } = {},
): VolumeSourceRule {
  return {
    source,
    forbiddenAt,
    validate(volume, owner, volumePath, errors) {
      const value = volume[source];
      if (value) validate(value, child(volumePath, checkedAt), errors, { owner, volume, volumePath });
    },
  };
}

/** In the order upstream looks for them. Its paths are kept, with their three slips. */
export const VOLUME_SOURCES: readonly VolumeSourceRule[] = [
  rule("emptyDir", validateEmptyDir),
  rule("hostPath", validateHostPath),
  rule("gitRepo", validateGitRepo),
  rule("gcePersistentDisk", validatePartitionedDisk("pdName"), { checkedAt: "persistentDisk" }),
  rule("awsElasticBlockStore", validatePartitionedDisk("volumeID")),
  rule("secret", validateSecretVolume),
  rule("nfs", validateNfs),
  rule("iscsi", (iscsi, path, errors, { volume, volumePath }) => {
    validateIscsi(iscsi, path, errors);
    if (iscsi.initiatorName === undefined || `${volume.name}:${iscsi.targetPortal}`.length <= 64) return;
    errors.invalid(
      child(volumePath, "name"),
      volume.name,
      "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.",
    );
  }),
  rule("glusterfs", checksFields("endpoints", "path")),
  rule("flocker", validateFlocker),
  rule("persistentVolumeClaim", checksFields("claimName")),
  rule("rbd", checksFields("monitors", "image")),
  rule("cinder", validateCinder),
  rule("cephfs", checksFields("monitors"), { forbiddenAt: "cephFS" }),
  rule("quobyte", validateQuobyte),
  rule("downwardAPI", validateDownwardApiVolume, { forbiddenAt: "downwarAPI" }),
  rule("fc", validateFibreChannel),
  rule("flexVolume", validateFlex),
  rule("configMap", validateConfigMapVolume),
  rule("azureFile", checksFields("secretName", "shareName")),
  rule("vsphereVolume", checksFields("volumePath")),
  rule("photonPersistentDisk", checksFields("pdID")),
  rule("portworxVolume", checksFields("volumeID")),
  rule("azureDisk", validateAzureDisk),
  rule("storageos", validateStorageOs),
  rule("projected", validateProjectedVolume),
  rule("scaleIO", checksFields("gateway", "system", "volumeName")),
  rule("csi", validateCsi),
  rule("ephemeral", validateEphemeral),
  rule("image", validateImage),
];

function validateEmptyDir({ sizeLimit }: EmptyDirVolumeSource, path: string, errors: FieldErrors): void {
  if (sizeLimit === undefined || parseQuantity(sizeLimit).unscaled >= 0n) return;
  errors.forbidden(child(path, "sizeLimit"), "SizeLimit field must be a valid resource quantity");
}

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

function validateHostPath({ path: hostPath, type }: HostPathVolumeSource, path: string, errors: FieldErrors): void {
  checkNotEmpty(hostPath, child(path, "path"), errors);
  if (!hostPath) return;
  validatePathWithoutBacksteps(hostPath, child(path, "path"), errors);
  if (type !== undefined) checkSupported(type, HOST_PATH_TYPES, child(path, "type"), errors);
}

function validateEphemeral(
  { volumeClaimTemplate }: EphemeralVolumeSource,
  path: string,
  errors: FieldErrors,
  { owner, volume, volumePath }: Parameters<Validate<"ephemeral">>[3],
): void {
  if (!volumeClaimTemplate) errors.required(child(path, "volumeClaimTemplate"), "");
  else validateClaimTemplate(volumeClaimTemplate, child(path, "volumeClaimTemplate"), errors);
  if (!owner.podName || !volume.name) return;
  const claimName = `${owner.podName}-${volume.name}`;
  for (const problem of dnsSubdomainProblems(claimName)) {
    errors.invalid(child(volumePath, "name"), volume.name, `PVC name ${JSON.stringify(claimName)}: ${problem}`);
  }
}

function validateImage(
  { reference, pullPolicy }: ImageVolumeSource,
  path: string,
  errors: FieldErrors,
  { owner }: Parameters<Validate<"image">>[3],
): void {
  // A template may leave it to whoever makes the pod.
  if (owner.isPod) checkNotEmpty(reference, child(path, "reference"), errors);
  validatePullPolicy(pullPolicy, child(path, "pullPolicy"), errors);
}
