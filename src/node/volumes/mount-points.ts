import { readFile, realpath, rm } from "node:fs/promises";

import { systemClock } from "../../lib/time/clock.ts";
import { removeAsRoot } from "../runtime/docker/remove-as-root.ts";
import { runCommand } from "./run-command.ts";

export async function isMountPoint(directory: string): Promise<boolean> {
  return (await mountPoints()).includes(directory);
}

/**
 * Removes a directory with all that is in it, but nothing of what is mounted in it (a part of a user's own directory, say): that is
 * unmounted first, and when it cannot be, nothing is removed.
 */
export async function removeUnmounted(directory: string): Promise<void> {
  const real = await realpath(directory).catch(() => directory);
  const inside = (await mountPoints()).filter((path) => path === real || path.startsWith(`${real}/`));
  // The kernel lists mounts in the order they were made: later ones may lie on top of earlier ones.
  for (const path of inside.toReversed()) await runCommand(["umount", path]);
  try {
    await rm(directory, { recursive: true, force: true });
  } catch (error) {
    // Containers run as other users, and what those wrote is theirs.
    const { code = "" } = error as NodeJS.ErrnoException;
    if (process.getuid?.() === 0 || !["EACCES", "EPERM", "ENOTEMPTY"].includes(code)) throw error;
    await removeAsRoot(real, systemClock);
  }
}

async function mountPoints(): Promise<string[]> {
  const mounts = await readFile("/proc/self/mounts", "utf8").catch((cause: NodeJS.ErrnoException) => {
    // Only systems where we mount nothing are without it. Not knowing is not the same: what is mounted would be removed.
    if (cause.code === "ENOENT") return "";
    throw new Error("Cannot see what is mounted", { cause });
  });
  return mounts.split("\n").flatMap((line) => {
    const path = line.split(" ")[1];
    // The kernel writes blanks and the like in octal.
    return path === undefined
      ? []
      : [path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)))];
  });
}
