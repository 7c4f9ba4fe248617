import { cp, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { silentLogger } from "../../lib/logger.ts";
import { type Clock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import { kubeVersion } from "../../lib/version.ts";
import { raiseRevision, readSavedState, saveState } from "../../store/sqlite/saved-state.ts";
import { openSqliteStore } from "../../store/sqlite/sqlite-store.ts";
import type { KeyValue, Store } from "../../store/store.ts";
import { cannotWrite, type DataDirectory } from "../config/data-directory.ts";
import { tryLock } from "../process/lock.ts";

/**
 * Saved states of a cluster: all objects as they were at one moment, in `snapshots/NAME.db`, with a note beside it. What volumes hold is a
 * folder of its own, and only there when it was asked for.
 */
export interface Snapshot {
  readonly name: string;
  readonly savedAt: string;
  readonly revision: number;
  readonly objects: number;
  readonly bytes: number;
  readonly kube: string;
  readonly hasVolumes: boolean;
}

const NAME = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

export function checkSnapshotName(name: string): void {
  if (!NAME.test(name))
    throw new UserError(
      `Cannot name a snapshot ${JSON.stringify(name)}: names are up to 63 lower case letters, digits, "-" and "."`,
    );
}

const pathsOf = ({ snapshots }: DataDirectory, name: string) => ({
  state: join(snapshots, `${name}.db`),
  note: join(snapshots, `${name}.json`),
  volumes: join(snapshots, `${name}.volumes`),
});

/** Saves what an open store is now. */
export async function writeSnapshot(
  directory: DataDirectory,
  name: string,
  store: Store,
  clock: Clock,
): Promise<{ readonly revision: number; readonly entries: number }> {
  checkSnapshotName(name);
  const { state, note } = pathsOf(directory, name);
  if (await exists(state))
    throw new UserError(`There is a snapshot ${JSON.stringify(name)} already`, {
      hint: `Delete it first: kube snapshot delete ${name}`,
    });
  try {
    await mkdir(directory.snapshots, { recursive: true, mode: 0o700 });
    const saved = await saveState(store, state);
    const written = {
      savedAt: new Date(clock.now()).toISOString(),
      revision: saved.revision,
      objects: saved.entries,
      kube: kubeVersion,
    };
    await Bun.write(note, `${JSON.stringify(written, undefined, 2)}\n`);
    return saved;
  } catch (error) {
    await rm(state, { force: true });
    // Files fail with the system's errors only.
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw cannotWrite(state, error as NodeJS.ErrnoException);
    throw error;
  }
}

/** Saves what a stopped cluster was. */
export async function saveStopped(directory: DataDirectory, name: string, clock: Clock): Promise<void> {
  using lock = tryLock(directory.lock);
  if (!lock) throw new UserError(`Cluster "${directory.cluster}" is running or about to`, { hint: "Try again" });
  await using store = await openSqliteStore(directory.stateDatabase, { log: silentLogger });
  await writeSnapshot(directory, name, store, clock);
}

/** Copies what volumes hold. Programs that write meanwhile may leave it in between two states. */
export async function saveVolumes(directory: DataDirectory, name: string): Promise<void> {
  await cp(directory.volumes, pathsOf(directory, name).volumes, { recursive: true, preserveTimestamps: true });
}

export async function listSnapshots(directory: DataDirectory): Promise<readonly Snapshot[]> {
  const files = await readdir(directory.snapshots).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const names = files.filter((file) => file.endsWith(".db")).map((file) => file.slice(0, -3));
  const found = await Promise.all(names.map(async (name) => await findSnapshot(directory, name)));
  return found.toSorted((left, right) => (left.savedAt < right.savedAt ? -1 : 1));
}

export async function findSnapshot(directory: DataDirectory, name: string): Promise<Snapshot> {
  checkSnapshotName(name);
  const { state, note, volumes } = pathsOf(directory, name);
  const file = await stat(state).catch(() => undefined);
  if (!file)
    throw new UserError(`There is no snapshot ${JSON.stringify(name)} of cluster "${directory.cluster}"`, {
      hint: `kube snapshot list --name ${directory.cluster}`,
    });
  // Written above.
  const { savedAt, revision, objects, kube } = (await Bun.file(note).json()) as Omit<
    Snapshot,
    "name" | "bytes" | "hasVolumes"
  >;
  return { name, savedAt, revision, objects, kube, bytes: file.size, hasVolumes: await exists(volumes) };
}

export function snapshotEntries(directory: DataDirectory, name: string): readonly KeyValue[] {
  return readSavedState(pathsOf(directory, name).state).entries;
}

export async function deleteSnapshot(directory: DataDirectory, name: string): Promise<void> {
  await findSnapshot(directory, name);
  const { state, note, volumes } = pathsOf(directory, name);
  await Promise.all([rm(state), rm(note, { force: true }), rm(volumes, { recursive: true, force: true })]);
}

/** Makes a stopped cluster what it was. What it is now is saved under `safety` before. */
export async function restoreSnapshot(
  directory: DataDirectory,
  name: string,
  { safety, volumes, clock }: { readonly safety: string; readonly volumes: boolean; readonly clock: Clock },
): Promise<void> {
  const snapshot = await findSnapshot(directory, name);
  if (volumes && !snapshot.hasVolumes)
    throw new UserError(`Snapshot ${JSON.stringify(name)} was saved without volumes`, { hint: "Leave --volumes out" });
  using lock = tryLock(directory.lock);
  if (!lock) throw new UserError(`Cluster "${directory.cluster}" is running or about to`, { hint: "Stop it first" });
  let newest = 0;
  {
    await using store = await openSqliteStore(directory.stateDatabase, { log: silentLogger });
    newest = await store.revision();
    await writeSnapshot(directory, safety, store, clock);
  }
  const paths = pathsOf(directory, name);
  const next = `${directory.stateDatabase}.restored`;
  await cp(paths.state, next);
  raiseRevision(next, newest + 1);
  if (volumes) await swapVolumes(directory, paths.volumes, pathsOf(directory, safety).volumes);
  for (const suffix of ["-wal", "-shm"]) await rm(`${directory.stateDatabase}${suffix}`, { force: true });
  await rename(next, directory.stateDatabase);
}

async function swapVolumes({ volumes }: DataDirectory, saved: string, safety: string): Promise<void> {
  await rename(volumes, safety);
  await cp(saved, volumes, { recursive: true, preserveTimestamps: true });
}

const exists = async (path: string): Promise<boolean> =>
  await stat(path).then(
    () => true,
    () => false,
  );
