import { open, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { cannotWrite } from "../../cluster/config/data-directory.ts";
import { nameSuffix } from "../../lib/random.ts";
import { type Check, failure, type Finding, ok, warning } from "./check.ts";
import { type DiskSpace, diskSpace, gibibytes, hasFewInodes, isShort } from "./disk-space.ts";

export const diskCheck: Check = {
  name: "disk",
  timeoutMs: 5000,
  async probe({ directory }) {
    const folder = await nearestFolder(directory.root);
    await tryWriting(folder);
    return diskFinding(directory.root, await diskSpace(folder));
  },
};

/** A cluster that was never started has no folder yet: it would lie in this one. */
async function nearestFolder(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw cannotWrite(path, error);
    },
  );
  return isThere || dirname(path) === path ? path : await nearestFolder(dirname(path));
}

/** Throws UserError. Rights alone say too little: disks are full, read-only, or break. */
async function tryWriting(folder: string): Promise<void> {
  const path = join(folder, `.kube-doctor-${nameSuffix(8)}`);
  try {
    await using file = await open(path, "wx", 0o600);
    await file.writeFile("written by kube doctor\n");
    await file.sync();
  } catch (error) {
    // Files fail with the system's errors only.
    throw cannotWrite(folder, error as NodeJS.ErrnoException);
  } finally {
    await rm(path, { force: true });
  }
}

export function diskFinding(folder: string, space: DiskSpace): Finding {
  const mend = "Make room on it, or name a folder on another disk in KUBE_HOME";
  if (space.freeBytes < LEAST_BYTES)
    return failure(`The disk of ${folder} is full: ${gibibytes(space.freeBytes)} left`, mend);
  if (isShort(space)) return warning(`The disk of ${folder} has ${gibibytes(space.freeBytes)} left`, mend);
  if (hasFewInodes(space))
    return warning(`The disk of ${folder} has room for few more files: its inodes are nearly used up`, mend);
  return ok(`${folder} can be written, ${gibibytes(space.freeBytes)} free`);
}

/** The state, its history and the log of a small cluster. */
const LEAST_BYTES = 100 * 2 ** 20;
