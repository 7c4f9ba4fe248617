import { errorText } from "../../lib/logger.ts";
import { isMountPoint } from "./mount-points.ts";
import { runCommand } from "./run-command.ts";
import { type DirectoryVolume, VolumeError } from "./volume.ts";

/** A directory of an NFS server, where this host has what it takes to mount one. It is unmounted with the pod's directory. */
export const nfsVolume: DirectoryVolume = {
  shape: "directory",
  source: "nfs",
  async setUp({ nfs }, { directory }) {
    if (await isMountPoint(directory)) return directory;
    const { server = "", path = "", readOnly } = nfs ?? {};
    try {
      await runCommand(["mount", "-t", "nfs", ...(readOnly ? ["-o", "ro"] : []), `${server}:${path}`, directory]);
    } catch (error) {
      throw new VolumeError(`mount failed: ${errorText(error)}`);
    }
    return directory;
  },
};
