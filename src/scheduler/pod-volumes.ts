import type { PersistentVolume, PersistentVolumeClaim } from "../api/types/core-v1.ts";

/** What has to happen to claims before a pod may go to a node. */
export interface PodVolumes {
  readonly bindings: readonly VolumeBindingPair[];
  /** Volumes that are made for the node. */
  readonly provisions: readonly PersistentVolumeClaim[];
}

export interface VolumeBindingPair {
  readonly volume: PersistentVolume;
  readonly claim: PersistentVolumeClaim;
}
