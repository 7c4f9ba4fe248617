import type { Volume } from "../../api/types/core-v1.ts";
import { configMapVolume } from "./config-map.ts";
import { downwardApiVolume } from "./downward-api.ts";
import { emptyDirVolume } from "./empty-dir.ts";
import { hostPathVolume } from "./host-path.ts";
import { projectedVolume } from "./projected.ts";
import { secretVolume } from "./secret.ts";
import type { VolumeType } from "./volume.ts";

/** Every type of volume this node can make. */
const volumeTypes: readonly VolumeType[] = [
  emptyDirVolume,
  hostPathVolume,
  configMapVolume,
  secretVolume,
  projectedVolume,
  downwardApiVolume,
];

export function volumeTypeOf(volume: Volume): VolumeType | undefined {
  return volumeTypes.find(({ source }) => volume[source] !== undefined);
}
