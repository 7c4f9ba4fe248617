import { constants, Database } from "bun:sqlite";
import { existsSync, rmSync } from "node:fs";
import { pathToFileURL } from "node:url";

import type { Logger } from "../../lib/logger.ts";
import { MvccStore } from "../mvcc-store.ts";
import type { Store } from "../store.ts";
import { createDatabaseFile, inspectDatabaseFile } from "./database-file.ts";
import { openError } from "./open-error.ts";
import { completeSchema } from "./schema.ts";
import { SqliteHistory } from "./sqlite-history.ts";
import { readStoredState, type StoredState } from "./stored-state.ts";
import { verifyPages } from "./verify-database.ts";

export interface SqliteStoreOptions {
  readonly log: Logger;
  /** Written down with each change. */
  readonly now?: () => number;
  /** FULL (the default): an acknowledged write survives power loss. NORMAL: it survives SIGKILL, and is faster on slow disks. */
  readonly synchronous?: "FULL" | "NORMAL";
  /** Verify the whole database after each commit: for tests. */
  readonly strict?: boolean;
}

/**
 * Opens the store kept in the SQLite file at `path`, or a new one. One process at a time.
 *
 * A file that is damaged, or of a newer kube, is refused with a UserError and left exactly as it was: everything is read
 * through a connection that cannot write before the one that can is opened.
 */
export async function openSqliteStore(path: string, options: SqliteStoreOptions): Promise<Store> {
  try {
    const file = inspectDatabaseFile(path);
    if (file === "absent") createDatabaseFile(path);
    const state = readState(path, file === "interrupted");
    const history = new SqliteHistory(openForWriting(path, options.synchronous ?? "FULL"), options.log);
    return new MvccStore({ ...state, history, strict: options.strict, now: options.now });
  } catch (error) {
    throw openError(path, error);
  }
}

function readState(path: string, isInterrupted: boolean): StoredState {
  const hadIndex = existsSync(`${path}-shm`);
  const database = isInterrupted ? new Database(path, { readonly: true }) : openImmutable(path);
  try {
    // A process that closed its files left them whole. After a crash nobody knows, and the check costs less than the reading.
    if (isInterrupted) verifyPages(database);
    return readStoredState(database);
  } finally {
    database.close();
    if (!hadIndex) rmSync(`${path}-shm`, { force: true });
  }
}

/** Without locks and without files beside it, which SQLite allows only when nobody writes. */
function openImmutable(path: string): Database {
  const flags = constants.SQLITE_OPEN_URI | constants.SQLITE_OPEN_READONLY;
  return new Database(`${pathToFileURL(path).href}?immutable=1`, flags);
}

function openForWriting(path: string, synchronous: "FULL" | "NORMAL"): Database {
  const database = new Database(path, { readwrite: true, create: false });
  try {
    // First of all: with it the index of the log lies in memory, and a second process is refused.
    database.run("PRAGMA locking_mode = EXCLUSIVE");
    database.run("PRAGMA journal_mode = WAL");
    database.run(`PRAGMA synchronous = ${synchronous}`);
    // macOS keeps synced writes in the drive's cache unless asked twice.
    database.run(`PRAGMA fullfsync = ${synchronous === "FULL" ? "ON" : "OFF"}`);
    // SqliteHistory does it between commits. The log keeps its size, so that a full disk still has room for deletions.
    database.run("PRAGMA wal_autocheckpoint = 0");
    database.run(`PRAGMA journal_size_limit = ${16 * 1024 * 1024}`);
    completeSchema(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
