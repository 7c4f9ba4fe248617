import { rename, rm } from "node:fs/promises";

import type { DataDirectory } from "../config/data-directory.ts";
import { isLocked } from "./lock.ts";

/** What a running server writes about itself. It counts only while the lock is held: after SIGKILL it is merely old. */
export interface ServerRecord {
  readonly pid: number;
  readonly version: string;
  readonly startedAt: string;
  readonly state: "starting" | "running" | "paused" | "stopping";
  readonly apiServer: string;
  /** How Services reach pods; absent where pods only pretend to run, and while it is not known yet. */
  readonly proxyMode?: string | undefined;
}

export async function writeServerRecord(directory: DataDirectory, record: ServerRecord): Promise<void> {
  const next = `${directory.serverRecord}.new`;
  await Bun.write(next, `${JSON.stringify(record)}\n`);
  await rename(next, directory.serverRecord);
}

export async function removeServerRecord(directory: DataDirectory): Promise<void> {
  await rm(directory.serverRecord, { force: true });
}

/** Undefined when no server runs on the data directory. */
export async function runningServer(directory: DataDirectory): Promise<ServerRecord | undefined> {
  if (!(await isLocked(directory.lock))) return undefined;
  // Written by writeServerRecord only; a torn file cannot be seen because of the rename.
  return (await Bun.file(directory.serverRecord)
    .json()
    .catch(() => undefined)) as ServerRecord | undefined;
}

/** Whether the last server of the data directory was killed: one that ends by itself takes its record away. */
export async function endedWithoutWord(directory: DataDirectory): Promise<boolean> {
  return (await Bun.file(directory.serverRecord).exists()) && !(await isLocked(directory.lock));
}
