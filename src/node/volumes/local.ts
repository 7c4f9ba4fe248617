import { stat } from "node:fs/promises";

import { setVolumeOwnership } from "./volume-ownership.ts";
import { type DirectoryVolume, VolumeError } from "./volume.ts";

/** A directory of this host that an administrator prepared; it must be there. */
export const localVolume: DirectoryVolume = {
  shape: "directory",
  source: "local",
  async setUp({ local }, { pod }) {
    const path = local?.path ?? "";
    if (!(await stat(path).catch(() => undefined))) {
      throw new VolumeError(
        `path ${JSON.stringify(path)} does not exist`,
        "MountVolume.NewMounter initialization failed",
      );
    }
    await setVolumeOwnership(path, pod.spec?.securityContext);
    return path;
  },
};
