import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";

import type { VolumeFile } from "./volume.ts";

/**
 * Makes `directory` show exactly `files`, all at once: whoever reads sees the old set or the new one, never a mixture.
 *
 * As in Kubernetes (pkg/volume/util/atomic_writer.go): the files live in a directory named after the moment, `..data` is a
 * link to it, and each visible name is a link through `..data`. Renaming a new link over `..data` is the switch. Nothing is
 * written when nothing has changed. Returns whether something was.
 */
export async function writeAtomically(
  directory: string,
  files: readonly VolumeFile[],
  { groupId, now }: { readonly groupId: number | undefined; readonly now: number },
): Promise<boolean> {
  const current = await readlink(join(directory, DATA)).catch(() => undefined);
  if (current !== undefined && (await holdsExactly(join(directory, current), files, groupId))) return false;
  const fresh = await mkdtemp(join(directory, `..${momentText(now)}.`));
  await chmod(fresh, 0o755);
  try {
    for (const file of files) await writeOne(fresh, file, groupId);
  } catch (error) {
    // A full disk would fill further with every attempt.
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
  const link = join(directory, "..data_tmp");
  await rm(link, { force: true });
  await symlink(fresh.slice(directory.length + 1), link);
  await rename(link, join(directory, DATA));
  await showNames(directory, files);
  if (current !== undefined) await rm(join(directory, current), { recursive: true, force: true });
  return true;
}

const DATA = "..data";

async function writeOne(root: string, file: VolumeFile, groupId: number | undefined): Promise<void> {
  const target = join(root, file.path);
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  // Nobody else may read it before it has its owner and its mode.
  await writeFile(target, file.bytes, { mode: 0o600 });
  if (IS_ROOT && (file.uid !== undefined || groupId !== undefined)) await chown(target, file.uid ?? 0, groupId ?? 0);
  // After writing: the process's umask must not decide.
  await chmod(target, modeOf(file, groupId));
}

/** Only root can give files away; everyone else's stay their own. */
const IS_ROOT = process.getuid?.() === 0;

/** The pod's group may read what it owns (pkg/volume/volume_linux.go). */
const modeOf = ({ mode }: VolumeFile, groupId: number | undefined): number =>
  groupId === undefined ? mode : mode | 0o440;

/** Gives every first part of a path its link, and removes the links of parts that are no more. */
async function showNames(directory: string, files: readonly VolumeFile[]): Promise<void> {
  const wanted = new Set(files.map(({ path }) => path.split("/")[0] ?? path));
  for (const name of await readdir(directory)) {
    if (name.startsWith("..")) continue;
    if (wanted.has(name)) wanted.delete(name);
    else await rm(join(directory, name), { recursive: true, force: true });
  }
  for (const name of wanted) await symlink(join(DATA, name), join(directory, name));
}

async function holdsExactly(root: string, files: readonly VolumeFile[], groupId: number | undefined): Promise<boolean> {
  const present = await filePaths(root);
  if (present === undefined || present.length !== files.length) return false;
  const comparisons = files.map(async (file) => {
    const target = join(root, file.path);
    const [stat, content] = await Promise.all([
      lstat(target).catch(() => undefined),
      readFile(target).catch(() => undefined),
    ]);
    if (!stat || (stat.mode & 0o7777) !== modeOf(file, groupId)) return false;
    return content?.equals(file.bytes) === true && (!IS_ROOT || stat.gid === (groupId ?? 0));
  });
  return (await Promise.all(comparisons)).every(Boolean);
}

/** Undefined when there is no such directory. */
async function filePaths(root: string): Promise<string[] | undefined> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => undefined);
  return entries?.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** `2026_11_21_09_40_00` */
const momentText = (now: number): string => new Date(now).toISOString().slice(0, 19).replaceAll(/\D/g, "_");
