import { checkDnsLabel } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import type { Volume } from "../../../types/core-v1.ts";
import type { VolumesByName } from "./volume-mount-validation.ts";
import { VOLUME_SOURCES, type VolumeOwner } from "./volume-sources.ts";

/** Gives back the well-formed ones: only they can be mounted. */
export function validateVolumes(
  volumes: readonly Volume[] | undefined,
  owner: VolumeOwner,
  path: string,
  errors: FieldErrors,
): VolumesByName {
  const valid = new Map<string, Volume>();
  const createdClaims = createdClaimNames(volumes ?? [], owner);
  volumes?.forEach((volume, index) => {
    const volumePath = at(path, index);
    const errorsBefore = errors.errors.length;
    validateSource(volume, owner, volumePath, errors);
    if (!volume.name) errors.required(child(volumePath, "name"), "");
    else checkDnsLabel(volume.name, child(volumePath, "name"), errors);
    if (valid.has(volume.name)) errors.duplicate(child(volumePath, "name"), volume.name);
    if (errors.errors.length === errorsBefore) valid.set(volume.name, volume);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim === undefined || !createdClaims.has(claim)) return;
    errors.invalid(
      child(child(volumePath, "persistentVolumeClaim"), "claimName"),
      claim,
      "must not reference a PVC that gets created for an ephemeral volume",
    );
  });
  return valid;
}

/** Of the claims that come and go with the pod. */
function createdClaimNames(volumes: readonly Volume[], { podName }: VolumeOwner): ReadonlySet<string> {
  if (!podName) return new Set();
  return new Set(volumes.filter(({ ephemeral }) => ephemeral).map(({ name }) => `${podName}-${name}`));
}

/** The first source is checked, any other forbidden. */
function validateSource(volume: Volume, owner: VolumeOwner, path: string, errors: FieldErrors): void {
  const [first, ...others] = VOLUME_SOURCES.filter(({ source }) => volume[source] !== undefined);
  if (!first) return errors.required(path, "must specify a volume type");
  first.validate(volume, owner, path, errors);
  for (const { forbiddenAt } of others) {
    errors.forbidden(child(path, forbiddenAt), "may not specify more than 1 volume type");
  }
}
