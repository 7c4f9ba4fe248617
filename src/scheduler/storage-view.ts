import type { PersistentVolume, PersistentVolumeClaim } from "../api/types/core-v1.ts";
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
} from "../api/types/storage-v1.ts";

/** Claims, volumes and what belongs to them, with what has been decided and not yet been written. */
export interface StorageView {
  /** By `namespace/name`. */
  claim(key: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  volumesOfClass(className: string): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
  driver(name: string): CSIDriver | undefined;
  driversOfNode(nodeName: string): CSINode | undefined;
  attachmentsTo(nodeName: string): readonly VolumeAttachment[];
  capacities(): readonly CSIStorageCapacity[];
}

export const NO_STORAGE: StorageView = {
  claim: () => undefined,
  volume: () => undefined,
  volumesOfClass: () => [],
  storageClass: () => undefined,
  driver: () => undefined,
  driversOfNode: () => undefined,
  attachmentsTo: () => [],
  capacities: () => [],
};
