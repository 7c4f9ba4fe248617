import { chmod, mkdir } from "node:fs/promises";

import type { HostDirectories } from "../controllers/controller.ts";
import { removeUnmounted } from "../node/volumes/mount-points.ts";

/** The directories behind volumes of the default class. */
export const volumeDirectories: HostDirectories = {
  async make(path) {
    await mkdir(path, { recursive: true });
    // Everyone may write, whatever the umask says: which users containers will have is not known here.
    await chmod(path, 0o777);
  },
  remove: removeUnmounted,
};
