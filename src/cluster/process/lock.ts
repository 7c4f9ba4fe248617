import { Database } from "bun:sqlite";
import { stat } from "node:fs/promises";

import { UserError } from "../../lib/user-error.ts";

/**
 * At most one process works on a data directory. The lock is the operating system's, taken through an SQLite file, so it goes with
 * the process: there is no stale lock to clean up after SIGKILL or a power cut. Nothing is written, so a full disk does not matter.
 */
export interface ClusterLock extends Disposable {
  release(): void;
}

/** Longer than anybody looks whether the lock is held. */
const LOOK_MS = 250;

/** Undefined when another process holds it. */
export function tryLock(path: string): ClusterLock | undefined {
  const database = openLock(path, { create: true });
  try {
    // The journal, which stays empty, would be a file of its own.
    database.run("PRAGMA journal_mode = MEMORY");
    database.run(`PRAGMA busy_timeout = ${LOOK_MS}`);
    database.run("PRAGMA locking_mode = EXCLUSIVE");
    database.run("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw cannotLock(path, error);
  }
  const release = (): void => database.close();
  return { release, [Symbol.dispose]: release };
}

/** Whether another process holds it now. A missing file is held by nobody. Those who look do not get in each other's way. */
export async function isLocked(path: string): Promise<boolean> {
  if (!(await isThere(path))) return false;
  const database = openLock(path, { readonly: true });
  try {
    database.query("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw cannotLock(path, error);
  } finally {
    database.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw cannotLock(path, error);
    },
  );
}

function openLock(path: string, options: { readonly create: true } | { readonly readonly: true }): Database {
  try {
    return new Database(path, options);
  } catch (error) {
    throw cannotLock(path, error);
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");

function cannotLock(path: string, error: unknown): UserError {
  return new UserError(`Cannot lock ${path}: ${error instanceof Error ? error.message : String(error)}`, {
    hint: "Check who owns the folder, and that its disk can be written",
    cause: error,
  });
}
