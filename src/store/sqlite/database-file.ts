import { Database } from "bun:sqlite";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { cannotOpen, damaged } from "./open-error.ts";
import { APPLICATION_ID, createSchema, SCHEMA_VERSION } from "./schema.ts";

/** What is at a path: nothing, what a process left when it ended, or what it left when it was killed, a log with commits that
 * are not in the file yet. */
export type DatabaseFile = "absent" | "closed" | "interrupted";

/** Looks at the file's header. Throws a UserError when it is not a whole database that this program understands. */
export function inspectDatabaseFile(path: string): DatabaseFile {
  const hasLog = sizeOf(`${path}-wal`) > 0;
  if (sizeOf(path) < 0) {
    if (!hasLog) return "absent";
    // SQLite would apply the old log to the new file.
    throw cannotOpen(path, `it is missing, but its log "${path}-wal" is there`, {
      hint: `Put the file back from where it went, or move "${path}-wal" away to start with an empty cluster.`,
    });
  }
  const { header, sizeBytes } = readHeader(path);
  if (header.byteLength < HEADER_BYTES) throw damaged(path, `it has ${sizeBytes} bytes, less than a database's header`);
  if (header.toString("latin1", 0, 16) !== "SQLite format 3\0") throw damaged(path, "it is not an SQLite database");
  if (header.readUInt32BE(68) !== APPLICATION_ID) throw damaged(path, "it is an SQLite database of another program");
  const version = header.readUInt32BE(60);
  if (version > SCHEMA_VERSION) {
    throw cannotOpen(path, `a newer kube wrote it (format ${version}, this kube reads up to ${SCHEMA_VERSION})`, {
      hint: "The file was not changed. Use the newer kube, or another cluster name to start an empty cluster.",
    });
  }
  // While a log is pending the file may be in the middle of taking it over, and only both together have the right size.
  const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const expectedBytes = header.readUInt32BE(28) * pageBytes;
  if (!hasLog && sizeBytes < expectedBytes) {
    throw damaged(path, `it is cut off: ${sizeBytes} of ${expectedBytes} bytes are there`);
  }
  return hasLog ? "interrupted" : "closed";
}

/** Makes an empty database that appears at `path` whole or not at all. */
export function createDatabaseFile(path: string): void {
  const draft = `${path}.new`;
  try {
    rmSync(draft, { force: true });
    writeEmptyDatabase(draft);
    sync(draft);
    renameSync(draft, path);
    sync(dirname(path));
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeEmptyDatabase(path: string): void {
  const database = new Database(path, { create: true, readwrite: true });
  try {
    // Nobody knows of the file yet, so one sync at its end is enough.
    database.run("PRAGMA journal_mode = OFF");
    database.run("PRAGMA synchronous = OFF");
    createSchema(database);
  } finally {
    database.close(true);
  }
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
