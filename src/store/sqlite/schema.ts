import type { Database } from "bun:sqlite";

/** "kube" as four bytes: tells our files from other SQLite databases. */
export const APPLICATION_ID = 0x6b756265;
/** Raised by each change of the tables below that an older program would misread. */
export const SCHEMA_VERSION = 1;

/**
 * `changes` is the log of all revisions; the newest row of a key is its current value. `previous` is the revision that the
 * change replaced, NULL when the key was absent. A row with `deleted` = 1 holds the last state of a key that went.
 *
 * The index repeats what a read of the past needs to find its rows without passing over the values.
 *
 * `at` is when a change was written and `author` by whom, as a number of `authors`: names are few. Files of earlier versions lack
 * them until they are opened for writing, and programs of these versions do not mind them.
 *
 * `compaction` has one row: nothing before `compacted` can be read, and up to `swept` what nobody can read has been removed.
 */
const TABLES = `
  CREATE TABLE changes (
    revision INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    created INTEGER NOT NULL,
    previous INTEGER,
    deleted INTEGER NOT NULL,
    value BLOB NOT NULL,
    at INTEGER,
    author INTEGER
  ) STRICT;
  CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE INDEX changes_without_values ON changes (revision, key, previous);
  CREATE TABLE compaction (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    compacted INTEGER NOT NULL,
    swept INTEGER NOT NULL
  ) STRICT;
  INSERT INTO compaction VALUES (1, 1, 1);
`;

/** Adds what came later to the tables of a database that an earlier version made. */
export function completeSchema(database: Database): void {
  const columns = database.query<{ name: string }, []>("SELECT name FROM pragma_table_info('changes')").all();
  if (columns.some(({ name }) => name === "author")) return;
  database.transaction(() => {
    database.run("ALTER TABLE changes ADD COLUMN at INTEGER");
    database.run("ALTER TABLE changes ADD COLUMN author INTEGER");
    database.run("CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT");
  })();
}

/** Makes the tables in an empty database. */
export function createSchema(database: Database): void {
  // Objects are one to three kilobytes: pages of 4 KB would be half empty, and pages of 16 KB cost more to write singly.
  database.run("PRAGMA page_size = 8192");
  database.run(`PRAGMA application_id = ${APPLICATION_ID}`);
  database.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  database.run(TABLES);
}
