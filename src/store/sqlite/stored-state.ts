import type { Database } from "bun:sqlite";

import { OrderedMap } from "../../lib/ordered-map.ts";
import type { KeyValue } from "../store.ts";
import { DamageError } from "./open-error.ts";

/** The newest state that a database holds. */
export interface StoredState {
  readonly current: OrderedMap<KeyValue>;
  readonly revision: number;
}

/** Reads the newest state. Throws when the log of changes has a hole. */
export function readStoredState(database: Database): StoredState {
  const bounds = database.query<Bounds, []>(BOUNDS).get();
  if (!bounds) throw new DamageError("the record of its compaction is missing");
  const { compacted, newest, count } = bounds;
  const revision = Math.max(compacted, newest ?? 0);
  if (count !== revision - compacted) {
    throw new DamageError(
      `${revision - compacted - count} of the revisions ${compacted + 1} to ${revision} are missing`,
    );
  }
  const rows = database.query(CURRENT).values() as CurrentRow[]; // The columns of CURRENT.
  const entries = rows.map(([key, value, createRevision, at]): KeyValue => ({
    key,
    value,
    createRevision,
    revision: at,
  }));
  entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    current: OrderedMap.fromSorted(
      entries.map((entry) => entry.key),
      entries,
    ),
    revision,
  };
}

interface Bounds {
  readonly compacted: number;
  readonly newest: number | null;
  readonly count: number;
}

type CurrentRow = [key: string, value: Uint8Array, createRevision: number, revision: number];

const BOUNDS = `
  SELECT compacted,
    (SELECT max(revision) FROM changes) AS newest,
    (SELECT count(*) FROM changes INDEXED BY changes_without_values WHERE revision > compacted) AS count
  FROM compaction`;

/** A change is current when it is no deletion and no other replaced it. Sorting here would copy all values once more. */
const CURRENT = `
  SELECT key, value, created, revision FROM changes
  WHERE deleted = 0 AND revision NOT IN (
    SELECT previous FROM changes INDEXED BY changes_without_values WHERE previous IS NOT NULL
  )`;
