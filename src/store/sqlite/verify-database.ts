import type { Database } from "bun:sqlite";

import type { KeyValue } from "../store.ts";
import { DamageError } from "./open-error.ts";
import { readStoredState } from "./stored-state.ts";

/**
 * The strict check: the database is whole, its revisions are gapless, each change replaced the one before it of its key, and
 * the newest state is `current`. Reads everything.
 */
export function verifyDatabase(database: Database, current: Iterable<KeyValue>, revision: number): void {
  verifyPages(database);
  const broken = database.query<{ revision: number }, []>(BROKEN_CHAIN).get();
  if (broken) throw new DamageError(`Revision ${broken.revision} does not follow the one before it of its key`);

  const stored = readStoredState(database);
  if (stored.revision !== revision)
    throw new DamageError(`The database is at revision ${stored.revision}, not ${revision}`);
  let count = 0;
  for (const entry of current) {
    count++;
    const kept = stored.current.get(entry.key);
    const isSame =
      kept?.revision === entry.revision &&
      kept.createRevision === entry.createRevision &&
      Buffer.compare(kept.value, entry.value) === 0;
    if (!isSame) throw new DamageError(`The state of "${entry.key}" is not what the database says`);
  }
  if (count !== stored.current.size)
    throw new DamageError(`The state has ${count} keys, the database ${stored.current.size}`);
}

/** Throws when SQLite finds the structure of the file broken. */
export function verifyPages(database: Database): void {
  const problems = database.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").all();
  const problem = problems[0]?.quick_check;
  if (problem !== "ok") throw new DamageError(problem ?? "it could not be checked");
}

/** Changes whose predecessor is not the newest earlier row of their key, or is a deletion, or is missing where one is named. */
const BROKEN_CHAIN = `
  WITH chain AS (
    SELECT c.revision, c.previous, c.deleted, c.created,
      lag(c.revision) OVER keys AS before, lag(c.deleted) OVER keys AS beforeDeleted
    FROM changes c WINDOW keys AS (PARTITION BY key ORDER BY revision)
  )
  SELECT revision FROM chain
  WHERE revision > (SELECT swept FROM compaction) AND (
    previous IS NOT iif(beforeDeleted = 1, NULL, before)
    OR (deleted = 1 AND previous IS NULL)
    OR (previous IS NULL) <> (created = revision)
  )
  LIMIT 1`;
