import { chmod, lchown, lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

import type { PodSecurityContext } from "../../api/types/core-v1.ts";

const READ_WRITE = 0o660;
const ENTER = 0o110;
const SET_GROUP = 0o2000;

/** Gives a volume with all that is in it to the pod's group. Only root can; else files stay as they are. */
export async function setVolumeOwnership(root: string, security: PodSecurityContext | undefined): Promise<void> {
  const { fsGroup, fsGroupChangePolicy } = security ?? {};
  if (fsGroup === undefined || process.getuid?.() !== 0) return;
  if (fsGroupChangePolicy === "OnRootMismatch" && (await isOwnedBy(root, fsGroup))) return;
  // The root comes last: if we are interrupted, it shows that not all is done.
  for (const path of [...(await pathsBelow(root)), root]) await giveTo(path, fsGroup);
}

async function isOwnedBy(root: string, group: number): Promise<boolean> {
  const { gid, mode } = await lstat(root);
  const wanted = READ_WRITE | ENTER | SET_GROUP;
  return gid === group && (mode & wanted) === wanted;
}

async function pathsBelow(root: string): Promise<string[]> {
  if (!(await lstat(root)).isDirectory()) return [];
  const entries = await readdir(root, { recursive: true });
  return entries.map((entry) => join(root, entry));
}

async function giveTo(path: string, group: number): Promise<void> {
  const found = await lstat(path);
  await lchown(path, found.uid, group);
  // The mode of a link is that of what it points to, which may lie elsewhere.
  if (found.isSymbolicLink()) return;
  await chmod(path, (found.mode & 0o7777) | READ_WRITE | (found.isDirectory() ? ENTER | SET_GROUP : 0));
}
