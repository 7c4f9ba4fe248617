import type { Database, SQLQueryBindings, Statement } from "bun:sqlite";

import type { Logger } from "../../lib/logger.ts";
import type { History, PastEntry } from "../history.ts";
import { StoreFullError, type KeyValue, type StoreEvent, type WantedChanges } from "../store.ts";
import { Authors } from "./authors.ts";
import { verifyDatabase } from "./verify-database.ts";

/** The history in an SQLite database that this process alone uses. Owns the database: closes it in the end. */
export class SqliteHistory implements History {
  #database: Database;
  #log: Logger;
  #statements: Statements;
  #authors: Authors;
  #compacted: number;
  #swept: number;
  #bytesSinceCheckpoint = 0;
  #isDisposed = false;

  constructor(database: Database, log: Logger) {
    this.#database = database;
    this.#log = log;
    this.#statements = prepareStatements(database);
    this.#authors = new Authors(database);
    const progress = database.query<Progress, []>("SELECT compacted, swept FROM compaction").get();
    if (!progress) throw new Error("The record of the compaction is missing");
    this.#compacted = progress.compacted;
    this.#swept = progress.swept;
  }

  get compactedRevision(): number {
    return this.#compacted;
  }

  append(events: readonly StoreEvent[]): void {
    let bytes = 0;
    this.#transaction(() => {
      for (const { type, entry, previous, at, by } of events) {
        const { revision, key, createRevision, value } = entry;
        const isDeleted = type === "delete" ? 1 : 0;
        const author = by === undefined ? null : this.#authors.idOf(by);
        const replaced = previous?.revision ?? null;
        this.#statements.insert.run(revision, key, createRevision, replaced, isDeleted, value, at ?? null, author);
        bytes += value.byteLength + ROW_OVERHEAD_BYTES;
      }
    });
    this.#planCheckpoint(bytes);
  }

  events(prefix: string, after: number, upTo: number): StoreEvent[] {
    const rows = this.#statements.events.values(after, upTo, prefix, endOf(prefix)) as EventRow[]; // The columns of EVENTS.
    return rows.map((row) => this.#event(row));
  }

  changes({ from, to, before = Number.MAX_SAFE_INTEGER, limit }: WantedChanges): StoreEvent[] {
    const rows = this.#statements.changes.values(this.#compacted, before, from, to, limit) as EventRow[]; // As EVENTS.
    return rows.map((row) => this.#event(row));
  }

  writtenAt(revision: number): number | undefined {
    const row = this.#statements.writtenAt.get(revision) as { readonly at: number | null } | null; // The column of WRITTEN_AT.
    return row?.at ?? undefined;
  }

  sizeBytes(): number {
    const row = this.#statements.size.get() as { readonly bytes: number }; // The column of SIZE.
    return row.bytes;
  }

  changedSince(prefix: string, revision: number): Map<string, PastEntry> {
    const changed = new Map<string, PastEntry>();
    const rows = this.#statements.changedSince.values(revision, prefix, endOf(prefix)) as ChangedRow[]; // As CHANGED_SINCE.
    for (const [key, previous] of rows) {
      if (changed.has(key)) continue;
      changed.set(key, previous === null ? undefined : () => this.#entry(previous));
    }
    return changed;
  }

  compact(revision: number): void {
    this.#transaction(() => this.#statements.setCompacted.run(revision));
    this.#compacted = revision;
  }

  sweep(): boolean {
    const from = this.#swept;
    const to = Math.min(from + SWEEP_REVISIONS, this.#compacted);
    if (from === to) return false;
    this.#transaction(() => {
      this.#statements.sweepReplaced.run(from, to);
      this.#statements.sweepDeletions.run(from, to);
      this.#statements.setSwept.run(to);
    });
    this.#swept = to;
    this.#planCheckpoint((to - from) * SWEPT_ROW_BYTES);
    return true;
  }

  verify(current: Iterable<KeyValue>, revision: number): void {
    verifyDatabase(this.#database, current, revision);
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    // A statement left open would keep the file open, and its log beside it.
    for (const statement of Object.values(this.#statements)) statement.finalize();
    this.#database.close(true);
  }

  #event(row: EventRow): StoreEvent {
    const [key, value, createRevision, revision, deleted, previousRevision, previousValue, at, author] = row;
    const entry = { key, value, createRevision, revision };
    const previous =
      previousRevision === null || previousValue === null
        ? undefined
        : { key, value: previousValue, createRevision, revision: previousRevision };
    const origin = { at: at ?? undefined, by: author === null ? undefined : this.#authors.nameOf(author) };
    return deleted === 1 && previous
      ? { type: "delete", entry, previous, ...origin }
      : { type: "put", entry, previous, ...origin };
  }

  #entry(revision: number): KeyValue {
    const entry = this.#statements.entry.get(revision) as KeyValue | null; // The columns of ENTRY.
    if (!entry) throw new Error(`Revision ${revision} is missing in "${this.#database.filename}"`);
    return entry;
  }

  /** All of `work` or nothing of it. */
  #transaction(work: () => void): void {
    try {
      this.#statements.begin.run();
      work();
      this.#statements.commit.run();
    } catch (error) {
      // Some errors, a full disk among them, make SQLite roll back by itself.
      if (this.#database.inTransaction) this.#statements.rollback.run();
      this.#authors.forgetUnwritten();
      throw isFull(error) ? new StoreFullError({ cause: error }) : error;
    }
  }

  /** Moves the write-ahead log into the database once it has grown, after the writers have had their answer. */
  #planCheckpoint(bytes: number): void {
    const before = this.#bytesSinceCheckpoint;
    this.#bytesSinceCheckpoint += bytes;
    if (before < CHECKPOINT_BYTES && this.#bytesSinceCheckpoint >= CHECKPOINT_BYTES) {
      setImmediate(() => this.#checkpoint());
    }
  }

  #checkpoint(): void {
    if (this.#isDisposed) return;
    this.#bytesSinceCheckpoint = 0;
    try {
      this.#statements.checkpoint.get();
    } catch (error) {
      // Nothing is lost: the commits are in the log, and the next checkpoint takes them along.
      this.#log.warn(isFull(error) ? "Checkpoint put off: the disk is full" : "Checkpoint failed", { error });
    }
  }
}

interface Progress {
  readonly compacted: number;
  readonly swept: number;
}

type EventRow = [
  key: string,
  value: Uint8Array,
  createRevision: number,
  revision: number,
  deleted: number,
  previousRevision: number | null,
  previousValue: Uint8Array | null,
  at: number | null,
  author: number | null,
];

type ChangedRow = [key: string, previous: number | null];

/** How many revisions one step of a compaction looks at: at most twice as many rows go. */
const SWEEP_REVISIONS = 200;
/** Large enough that pages written again and again are moved once, small enough that moving them stalls nobody. */
const CHECKPOINT_BYTES = 2 * 1024 * 1024;
/** What the removal of a row writes: a page, which its neighbours share. */
const SWEPT_ROW_BYTES = 3000;
/** What a row takes beside its value, roughly: its key twice and its place in two trees. */
const ROW_OVERHEAD_BYTES = 200;

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(database: Database) {
  const prepare = (sql: string): Statement<unknown, SQLQueryBindings[]> => database.prepare(sql);
  return {
    begin: prepare("BEGIN IMMEDIATE"),
    commit: prepare("COMMIT"),
    rollback: prepare("ROLLBACK"),
    checkpoint: prepare("PRAGMA wal_checkpoint(PASSIVE)"),
    insert: prepare(
      "INSERT INTO changes (revision, key, created, previous, deleted, value, at, author) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    entry: prepare("SELECT key, value, created AS createRevision, revision FROM changes WHERE revision = ?"),
    events: prepare(`
      SELECT c.key, c.value, c.created, c.revision, c.deleted, p.revision, p.value, c.at, c.author
      FROM changes c LEFT JOIN changes p ON p.revision = c.previous
      WHERE c.revision > ? AND c.revision <= ? AND c.key >= ? AND c.key < ?
      ORDER BY c.revision`),
    changes: prepare(`
      SELECT c.key, c.value, c.created, c.revision, c.deleted, p.revision, p.value, c.at, c.author
      FROM (
        SELECT revision AS wanted FROM changes INDEXED BY changes_without_values
        WHERE revision > ? AND revision < ? AND key >= ? AND key < ? ORDER BY revision DESC LIMIT ?
      ) JOIN changes c ON c.revision = wanted LEFT JOIN changes p ON p.revision = c.previous
      ORDER BY c.revision DESC`),
    writtenAt: prepare("SELECT at FROM changes WHERE revision = ?"),
    size: prepare(`
      SELECT (p.page_count - f.freelist_count) * s.page_size AS bytes
      FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`),
    changedSince: prepare(`
      SELECT key, previous FROM changes INDEXED BY changes_without_values
      WHERE revision > ? AND key >= ? AND key < ?
      ORDER BY revision`),
    setCompacted: prepare("UPDATE compaction SET compacted = ?"),
    setSwept: prepare("UPDATE compaction SET swept = ?"),
    sweepReplaced: prepare(`
      DELETE FROM changes WHERE revision IN (
        SELECT previous FROM changes INDEXED BY changes_without_values
        WHERE revision > ? AND revision <= ? AND previous IS NOT NULL
      )`),
    sweepDeletions: prepare("DELETE FROM changes WHERE revision > ? AND revision <= ? AND deleted = 1"),
  };
}

/** Behind every key that starts with `prefix`. */
function endOf(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SQLITE_FULL";
}
