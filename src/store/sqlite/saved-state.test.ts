import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "../../lib/logger.ts";
import type { ValueAt } from "../store.ts";
import { raiseRevision, readSavedState, saveState } from "./saved-state.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "kube-saved-state-"));
afterAll(() => rmSync(folder, { recursive: true }));

const value =
  (text: string): ValueAt =>
  () =>
    new TextEncoder().encode(text);

test("a saved state is a store of its own, without the history of the first", async () => {
  const path = join(folder, "saved.db");
  {
    await using store = await openSqliteStore(join(folder, "state.db"), { log: silentLogger });
    await store.create("/a", value("1"));
    await store.update("/a", 2, value("2"));
    await store.create("/b", value("1"));
    await store.delete("/b", 4, value("1"));
    expect(await saveState(store, path)).toEqual({ revision: 5, entries: 1 });
    // The first goes on as if nothing had been.
    await store.create("/c", value("1"));
  }
  expect(readSavedState(path)).toMatchObject({ revision: 5, entries: [{ key: "/a", revision: 3, createRevision: 2 }] });
  raiseRevision(path, 9);
  await using restored = await openSqliteStore(path, { log: silentLogger, strict: true });
  expect(await restored.revision()).toBe(9);
  expect((await restored.range("")).items).toMatchObject([{ key: "/a", revision: 3 }]);
  const written = await restored.update("/a", 3, value("3"));
  expect(written).toMatchObject({ outcome: "written", entry: { revision: 10 } });
});

test("a database of an earlier version learns to say who and when, and keeps what it has", async () => {
  const path = join(folder, "earlier.db");
  {
    await using store = await openSqliteStore(path, { log: silentLogger });
    await store.create("/a", value("1"));
  }
  const database = new Database(path);
  for (const column of ["at", "author"]) database.run(`ALTER TABLE changes DROP COLUMN ${column}`);
  database.run("DROP TABLE authors");
  database.close(true);
  await using store = await openSqliteStore(path, { log: silentLogger, strict: true, now: () => 7 });
  await store.update("/a", 2, value("2"), "alice");
  const changes = await store.changes({ from: "", to: "~", limit: 9 });
  expect(changes.map(({ at, by }) => [at, by])).toEqual([
    [7, "alice"],
    [undefined, undefined],
  ]);
});
