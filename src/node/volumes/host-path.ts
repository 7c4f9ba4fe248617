import { lstat, mkdir, stat, writeFile } from "node:fs/promises";

import { mountedPath } from "./host-mount.ts";
import { type DirectoryVolume, VolumeError } from "./volume.ts";

/** A path of the host as it is, unless the node has another folder there; `type` says what must be there, or may be made. */
export const hostPathVolume: DirectoryVolume = {
  shape: "directory",
  source: "hostPath",
  async setUp({ hostPath }, { hostMounts }) {
    const { path: wanted = "", type = "" } = hostPath ?? {};
    const path = mountedPath(wanted, hostMounts);
    await check(path, type);
    return path;
  },
};

async function check(path: string, type: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  const refuse = (what: string): never => {
    throw new VolumeError(`hostPath type check failed: ${path} is not ${what}`);
  };
  switch (type) {
    case "":
      // As Docker's bind mounts always did: what is not there becomes a directory.
      if (!found) await mkdir(path, { recursive: true, mode: 0o755 });
      return;
    case "DirectoryOrCreate":
      if (!found) await mkdir(path, { recursive: true, mode: 0o755 });
      else if (!found.isDirectory()) refuse("a directory");
      return;
    case "FileOrCreate":
      if (!found) await writeFile(path, "", { mode: 0o644 });
      else if (!found.isFile()) refuse("a file");
      return;
    case "Directory":
      if (!found?.isDirectory()) refuse("a directory");
      return;
    case "File":
      if (!found?.isFile()) refuse("a file");
      return;
    case "Socket":
      if (!found?.isSocket()) refuse("a socket file");
      return;
    case "CharDevice":
      if (!found?.isCharacterDevice()) refuse("a character device");
      return;
    case "BlockDevice":
      if (!(await lstat(path).catch(() => undefined))?.isBlockDevice()) refuse("a block device");
      return;
    default:
      throw new VolumeError(`${type} is an invalid volume type`);
  }
}
