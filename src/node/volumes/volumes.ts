import { configMapVolume } from "./config-map.ts";
import { downwardApiVolume } from "./downward-api.ts";
import { emptyDirVolume } from "./empty-dir.ts";
import { hostPathVolume } from "./host-path.ts";
import { imageVolume } from "./image.ts";
import { localVolume } from "./local.ts";
import { nfsVolume } from "./nfs.ts";
import { projectedVolume } from "./projected.ts";
import { secretVolume } from "./secret.ts";
import type { MountableVolume, VolumeType } from "./volume.ts";

/** Every type of volume this node can make. */
const volumeTypes: readonly VolumeType[] = [
  emptyDirVolume,
  hostPathVolume,
  localVolume,
  nfsVolume,
  imageVolume,
  configMapVolume,
  secretVolume,
  projectedVolume,
  downwardApiVolume,
];

export function volumeTypeOf(volume: MountableVolume): VolumeType | undefined {
  return volumeTypes.find(({ source }) => volume[source] !== undefined);
}
