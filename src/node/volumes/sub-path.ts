import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readlink, realpath, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

import { isMountPoint } from "./mount-points.ts";
import { runCommand } from "./run-command.ts";
import { VolumeError } from "./volume.ts";

/**
 * Where a part of a volume is on this host, made if it is not there. It never lies outside the volume: a container that shares
 * the volume may put links into it, even while this runs.
 *
 * So each step is opened before the next, which is looked for and made in the open directory, whatever its name leads to by then; the
 * place of every open file is checked. As root that very file is bound to `bindTarget`, as the kubelet does (pkg/volume/util/subpath): a
 * link that changes afterwards changes nothing. Without root the checked place itself is given.
 */
export async function subPathOnHost(volumePath: string, subPath: string, bindTarget: string): Promise<string> {
  if (subPath.startsWith("/") || subPath.split("/").includes("..")) {
    throw new VolumeError(`subPath "${subPath}" must stay inside the volume`);
  }
  await using part = await openInside(await realpath(volumePath), subPath);
  if (process.getuid?.() !== 0) return part.place;
  // What an earlier instance of the container had there.
  if (await isMountPoint(bindTarget)) await runCommand(["umount", bindTarget]);
  await makeBindTarget(bindTarget, (await part.file.stat()).isDirectory());
  const source = `/proc/${process.pid}/fd/${part.file.fd}`;
  await runCommand(["mount", "--no-canonicalize", "--bind", source, bindTarget]);
  return bindTarget;
}

/** An open file or directory, and where it was when it was opened. */
interface OpenPart extends AsyncDisposable {
  readonly file: FileHandle;
  readonly place: string;
}

async function openInside(root: string, subPath: string): Promise<OpenPart> {
  const parts = subPath.split("/").filter((one) => one !== "" && one !== ".");
  let current = await openPart(root, root);
  try {
    for (const name of parts) {
      const next = await openOrMake(current, name);
      await current[Symbol.asyncDispose]();
      current = next;
      if (current.place === root || current.place.startsWith(root + sep)) continue;
      throw new VolumeError(`subPath "${subPath}" leads outside of the volume`);
    }
    return current;
  } catch (error) {
    await current[Symbol.asyncDispose]();
    throw error;
  }
}

async function openOrMake(directory: OpenPart, name: string): Promise<OpenPart> {
  // Through the open directory: its own name may lead elsewhere by now.
  const path = join(await openPath(directory), name);
  const fallbackPlace = join(directory.place, name);
  try {
    return await openPart(path, fallbackPlace);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  await mkdir(path, 0o755).catch((error: unknown) => {
    // Somebody else makes it, or a link that leads nowhere is there.
    if (!hasCode(error, "EEXIST")) throw error;
  });
  const made = await openPart(path, fallbackPlace);
  await made.file.chmod(0o755);
  return made;
}

/** Without waiting: a container may put a pipe there that nobody ever writes to. */
async function openPart(path: string, fallbackPlace: string): Promise<OpenPart> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const place = await readlink(`/proc/self/fd/${file.fd}`).catch(() => realpath(fallbackPlace));
  return { file, place, [Symbol.asyncDispose]: () => file.close() };
}

/** Systems without /proc have no containers that could interfere: theirs run in a virtual machine. */
async function openPath({ file, place }: OpenPart): Promise<string> {
  const path = `/proc/self/fd/${file.fd}`;
  return await readlink(path).then(
    () => path,
    () => place,
  );
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

async function makeBindTarget(path: string, isDirectory: boolean): Promise<void> {
  await mkdir(isDirectory ? path : dirname(path), { recursive: true });
  if (!isDirectory) await writeFile(path, "");
}
