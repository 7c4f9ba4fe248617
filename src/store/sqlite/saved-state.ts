import { Database } from "bun:sqlite";
import { renameSync, rmSync } from "node:fs";

import type { KeyValue, Store } from "../store.ts";
import { createDatabaseFile } from "./database-file.ts";

/** A state without its history: what a store was at one revision. */
export interface SavedState {
  readonly revision: number;
  readonly entries: number;
}

/** How many entries are written before others have a turn. */
const BATCH = 500;

/**
 * Writes what a store is now into a database of its own, which a store can be opened from. The store goes on meanwhile: entries never
 * change, so those that were there at the beginning are what is written. The file appears whole or not at all.
 */
export async function saveState(store: Store, path: string): Promise<SavedState> {
  const { items, revision } = await store.range("");
  const draft = `${path}.draft`;
  rmSync(draft, { force: true });
  try {
    createDatabaseFile(draft);
    await writeEntries(draft, items, revision);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  return { revision, entries: items.length };
}

async function writeEntries(path: string, entries: readonly KeyValue[], revision: number): Promise<void> {
  const database = new Database(path, { readwrite: true, create: false });
  try {
    database.run("PRAGMA journal_mode = OFF");
    const insert = database.prepare(
      "INSERT INTO changes (revision, key, created, previous, deleted, value) VALUES (?, ?, ?, NULL, 0, ?)",
    );
    for (let start = 0; start < entries.length; start += BATCH) {
      database.transaction(() => {
        for (const entry of entries.slice(start, start + BATCH))
          insert.run(entry.revision, entry.key, entry.createRevision, entry.value);
      })();
      // oxlint-disable-next-line no-await-in-loop -- so that the store is not kept from its work
      await new Promise((resolve) => setImmediate(resolve));
    }
    insert.finalize();
    database.run("UPDATE compaction SET compacted = ?, swept = ?", [revision, revision]);
  } finally {
    database.close(true);
  }
}

/** The entries of a saved state. */
export function readSavedState(path: string): { readonly revision: number; readonly entries: readonly KeyValue[] } {
  const database = new Database(path, { readonly: true });
  try {
    const row = database.query<{ compacted: number }, []>("SELECT compacted FROM compaction").get();
    const entries = database
      .query<KeyValue, []>("SELECT key, value, created AS createRevision, revision FROM changes ORDER BY key")
      .all();
    return { revision: row?.compacted ?? 0, entries };
  } finally {
    database.close(true);
  }
}

/** Revisions only ever grow: whoever has seen a later one must not take the restored state for an older one of the same history. */
export function raiseRevision(path: string, revision: number): void {
  const database = new Database(path, { readwrite: true, create: false });
  try {
    database.run("UPDATE compaction SET compacted = max(compacted, ?), swept = max(swept, ?)", [revision, revision]);
  } finally {
    database.close(true);
  }
}
