import { constants } from "node:fs";
import { chmod, mkdir, open, readlink, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

import { isMountPoint } from "./mount-points.ts";
import { runCommand } from "./run-command.ts";
import { VolumeError } from "./volume.ts";

/**
 * Where a part of a volume is on this host, made if it is not there. It never lies outside the volume: a container that shares
 * the volume may put links into it, even while this runs.
 *
 * So the part is opened first, the place of the open file is checked, and as root that very file is bound to `bindTarget`, as the
 * kubelet does (pkg/volume/util/subpath): a link that changes afterwards changes nothing. Without root the checked place itself is
 * given.
 */
export async function subPathOnHost(volumePath: string, subPath: string, bindTarget: string): Promise<string> {
  if (subPath.startsWith("/") || subPath.split("/").includes("..")) {
    throw new VolumeError(`subPath "${subPath}" must stay inside the volume`);
  }
  const root = await realpath(volumePath);
  await makeInside(root, subPath);
  // Without waiting: a container may put a pipe there that nobody ever writes to.
  await using file = await open(join(root, subPath), constants.O_RDONLY | constants.O_NONBLOCK);
  const place = await readlink(`/proc/self/fd/${file.fd}`).catch(() => realpath(join(root, subPath)));
  refuseOutside(root, place, subPath);
  if (process.getuid?.() !== 0) return place;
  // What an earlier instance of the container had there.
  if (await isMountPoint(bindTarget)) await runCommand(["umount", bindTarget]);
  await makeBindTarget(bindTarget, (await file.stat()).isDirectory());
  await runCommand(["mount", "--no-canonicalize", "--bind", `/proc/${process.pid}/fd/${file.fd}`, bindTarget]);
  return bindTarget;
}

/** Makes missing directories one by one, so that no link on the way leads out. */
async function makeInside(root: string, subPath: string): Promise<void> {
  let path = root;
  for (const part of subPath.split("/").filter((one) => one !== "" && one !== ".")) {
    const next = join(path, part);
    const exists = await stat(next).catch(() => undefined);
    if (!exists) {
      await mkdir(next);
      await chmod(next, 0o755);
    }
    path = await realpath(next);
    refuseOutside(root, path, subPath);
  }
}

function refuseOutside(root: string, place: string, subPath: string): void {
  if (place === root || place.startsWith(root + sep)) return;
  throw new VolumeError(`subPath "${subPath}" leads outside of the volume`);
}

async function makeBindTarget(path: string, isDirectory: boolean): Promise<void> {
  await mkdir(isDirectory ? path : dirname(path), { recursive: true });
  if (!isDirectory) await writeFile(path, "");
}
