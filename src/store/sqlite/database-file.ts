import { Database } from "bun:sqlite";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { UserError } from "../../lib/user-error.ts";
import { APPLICATION_ID, createSchema, SCHEMA_VERSION } from "./schema.ts";

/** What was found at a path, without SQLite and without writing anything. */
export type DatabaseFile =
  | { readonly state: "absent" }
  /** The last process closed it. */
  | { readonly state: "closed" }
  /** The last process was killed: the write-ahead log beside it has commits that are not in the file yet. */
  | { readonly state: "interrupted" };

/** Looks at the file's header. Throws a UserError when it is not a whole database that this program understands. */
export function inspectDatabaseFile(path: string): DatabaseFile {
  const hasLog = sizeOf(`${path}-wal`) > 0;
  if (sizeOf(path) < 0) {
    if (!hasLog) return { state: "absent" };
    // SQLite would apply the old log to the new file.
    throw new UserError(`Cannot open the cluster's state: "${path}" is missing, but its log "${path}-wal" is there`, {
      hint: `Put the file back from where it went, or move "${path}-wal" away to start with an empty cluster.`,
    });
  }
  const { header, sizeBytes } = readHeader(path);
  if (header.byteLength < HEADER_BYTES) throw damaged(path, `it has ${sizeBytes} bytes, less than a database's header`);
  if (header.toString("latin1", 0, 16) !== "SQLite format 3\0") throw damaged(path, "it is not an SQLite database");
  if (header.readUInt32BE(68) !== APPLICATION_ID) throw damaged(path, "it is an SQLite database of another program");
  const version = header.readUInt32BE(60);
  if (version > SCHEMA_VERSION) throw tooNew(path, version);
  // While a log is pending the file may be in the middle of taking it over, and only both together have the right size.
  const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const expectedBytes = header.readUInt32BE(28) * pageBytes;
  if (!hasLog && sizeBytes < expectedBytes) {
    throw damaged(path, `it is cut off: ${sizeBytes} of ${expectedBytes} bytes are there`);
  }
  return { state: hasLog ? "interrupted" : "closed" };
}

/** Makes an empty database that appears at `path` whole or not at all. */
export function createDatabaseFile(path: string): void {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const database = new Database(draft, { create: true, readwrite: true });
  try {
    // Nobody knows of the draft yet, so one sync at its end is enough.
    database.run("PRAGMA journal_mode = OFF");
    database.run("PRAGMA synchronous = OFF");
    createSchema(database);
  } finally {
    database.close(true);
  }
  sync(draft);
  renameSync(draft, path);
  sync(dirname(path));
}

/** The file is kept as it is: whoever reads this decides what happens to it. */
export function damaged(path: string, problem: string, cause?: unknown): UserError {
  return new UserError(`Cannot open the cluster's state "${path}": ${problem}`, { hint: KEEP, cause });
}

const KEEP =
  "The file was not changed. Restore it from a backup, or move it away (with its -wal file) to start with an empty cluster.";

function tooNew(path: string, version: number): UserError {
  return new UserError(
    `Cannot open the cluster's state "${path}": a newer kube wrote it (format ${version}, this kube reads up to ${SCHEMA_VERSION})`,
    { hint: "The file was not changed. Use the newer kube, or another cluster name to start an empty cluster." },
  );
}

const HEADER_BYTES = 100;

function readHeader(path: string): { header: Buffer; sizeBytes: number } {
  const file = openSync(path, "r");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const read = readSync(file, header, 0, HEADER_BYTES, 0);
    return { header: header.subarray(0, read), sizeBytes: fstatSync(file).size };
  } finally {
    closeSync(file);
  }
}

/** The size in bytes, -1 when there is no such file. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
