import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import { hasAnnotation, haveSameMode, PROVISIONED_BY } from "../../api/volume-claims.ts";
import type { Action } from "../actions.ts";
import { failVolumeActions, unbindActions, volumePhaseActions } from "./volume-writes.ts";

export interface VolumeSnapshot {
  readonly volume: PersistentVolume;
  /** The one that the volume is bound to; undefined where it is gone, also if another has its name by now. */
  readonly claim: PersistentVolumeClaim | undefined;
}

export function volumeActions({ volume, claim }: VolumeSnapshot): readonly Action[] {
  // Free, or reserved by a user for a claim to come.
  if (!volume.spec?.claimRef?.uid) return volumePhaseActions(volume, "Available");
  if (!claim) return [...releaseActions(volume), ...reclaimActions(volume)];
  const { volumeName = "" } = claim.spec ?? {};
  if (volumeName === volume.metadata.name) return volumePhaseActions(volume, "Bound");
  if (volumeName === "") return haveSameMode(volume, claim) ? [] : modeMismatchEvents(volume, claim);
  // The claim got another volume. What was made for it is not needed; what was there before becomes free.
  const { persistentVolumeReclaimPolicy } = volume.spec;
  if (hasAnnotation(volume, PROVISIONED_BY) && persistentVolumeReclaimPolicy === "Delete") {
    return [...releaseActions(volume), ...reclaimActions(volume)];
  }
  return unbindActions(volume);
}

/** A volume that failed keeps saying so. */
const releaseActions = (volume: PersistentVolume): readonly Action[] =>
  volume.status?.phase === "Failed" ? [] : volumePhaseActions(volume, "Released");

function reclaimActions(volume: PersistentVolume): readonly Action[] {
  switch (volume.spec?.persistentVolumeReclaimPolicy) {
    case "Retain":
      return [];
    case "Recycle":
      return failVolumeActions(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!");
    case "Delete":
      return deletionActions(volume);
    default:
      return failVolumeActions(
        volume,
        "VolumeUnknownReclaimPolicy",
        "Volume has unrecognized PersistentVolumeReclaimPolicy",
      );
  }
}

/** Whoever made a volume also deletes it; for one that an administrator made there is nobody. */
function deletionActions(volume: PersistentVolume): readonly Action[] {
  const provisioner = volume.metadata.annotations?.[PROVISIONED_BY] ?? "";
  const isExternal = provisioner !== "" && !provisioner.startsWith("kubernetes.io/");
  if (isExternal || volume.spec?.csi || hasAnnotation(volume, "pv.kubernetes.io/migrated-to")) return [];
  const name = JSON.stringify(volume.metadata.name);
  const message = `error getting deleter volume plugin for volume ${name}: no deletable volume plugin matched`;
  return failVolumeActions(volume, "VolumeFailedDelete", message);
}

function modeMismatchEvents(volume: PersistentVolume, claim: PersistentVolumeClaim): readonly Action[] {
  const [volumeName, claimName] = [volume, claim].map(({ metadata }) => JSON.stringify(metadata.name));
  const reason = "VolumeMismatch";
  return [
    {
      do: "event",
      about: volume,
      type: "Warning",
      reason,
      message: `Cannot bind PersistentVolume to requested PersistentVolumeClaim ${claimName} due to incompatible volumeMode.`,
    },
    {
      do: "event",
      about: claim,
      type: "Warning",
      reason,
      message: `Cannot bind PersistentVolume ${volumeName} to requested PersistentVolumeClaim due to incompatible volumeMode.`,
    },
  ];
}
