import { Database } from "bun:sqlite";

/**
 * At most one process works on a data directory. The lock is the operating system's, taken through an SQLite file, so it goes with
 * the process: there is no stale lock to clean up after SIGKILL or a power cut.
 */
export interface ClusterLock extends Disposable {
  release(): void;
}

/** Undefined when another process holds it. */
export function tryLock(path: string): ClusterLock | undefined {
  const database = new Database(path, { create: true });
  try {
    database.run("PRAGMA locking_mode = EXCLUSIVE");
    database.run("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY")) return undefined;
    throw new Error(`Cannot lock ${path}`, { cause: error });
  }
  const release = (): void => database.close();
  return { release, [Symbol.dispose]: release };
}

/** Whether another process holds it now. A missing file is held by nobody. */
export async function isLocked(path: string): Promise<boolean> {
  if (!(await Bun.file(path).exists())) return false;
  const lock = tryLock(path);
  lock?.release();
  return lock === undefined;
}
