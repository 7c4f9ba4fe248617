import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "../../lib/logger.ts";
import { MvccStore } from "../mvcc-store.ts";
import { bytes, failure, written } from "../store.conformance.ts";
import { StoreFullError, type Store } from "../store.ts";
import { createDatabaseFile } from "./database-file.ts";
import { SqliteHistory } from "./sqlite-history.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { readStoredState } from "./stored-state.ts";

test("sqlite store refuses writes when the database may not grow, and takes them again when it may", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "kube-full-")), "state.db");
  createDatabaseFile(path);
  const database = new Database(path);
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA max_page_count = 40");
  const history = new SqliteHistory(database, silentLogger);
  await using store = new MvccStore({ ...readStoredState(database), history, strict: true });

  await checkFull(store, async () => void database.run("PRAGMA max_page_count = 100000"));
});

test.skipIf(!canMount())("sqlite store survives a full disk (needs root, to mount a small one)", async () => {
  using disk = smallDisk();
  const filler = join(disk.path, "filler");
  writeFileSync(filler, new Uint8Array(1024 * 1024));
  {
    await using store = await openSqliteStore(join(disk.path, "state.db"), { log: silentLogger });
    await checkFull(store, async () => rmSync(filler));
  }
  await using reopened = await openSqliteStore(join(disk.path, "state.db"), { log: silentLogger });
  expect(await reopened.get("/after")).toBeDefined();
});

test.skipIf(!canMount())("sqlite store that was killed on a full disk opens again (needs root, as above)", async () => {
  using disk = smallDisk();
  const path = join(disk.path, "state.db");
  const killed = join(disk.path, "killed.db");
  const filler = join(disk.path, "filler");
  {
    await using store = await openSqliteStore(path, { log: silentLogger });
    await store.create("/a", bytes("1"));
    // What a SIGKILL would leave.
    copyFileSync(path, killed);
    copyFileSync(`${path}-wal`, `${killed}-wal`);
  }
  fillUp(filler);
  expect(await failure(openSqliteStore(killed, { log: silentLogger }))).toMatchObject({
    name: "UserError",
    message: `Cannot open the cluster's state "${killed}": the disk is full`,
  });
  expect(await failure(openSqliteStore(join(disk.path, "new.db"), { log: silentLogger }))).toMatchObject({
    name: "UserError",
    message: `Cannot open the cluster's state "${join(disk.path, "new.db")}": the disk is full`,
  });
  {
    await using closed = await openSqliteStore(path, { log: silentLogger });
    expect(await closed.get("/a")).toBeDefined();
    expect(await failure(closed.create("/b", bytes("1")))).toBeInstanceOf(StoreFullError);
  }
  rmSync(filler);
  await using store = await openSqliteStore(killed, { log: silentLogger });
  expect(await store.get("/a")).toBeDefined();
});

/** Fills the store, and checks that it refuses as a whole, reads on, and recovers once `makeRoom` was called. */
async function checkFull(store: Store, makeRoom: () => Promise<void>): Promise<void> {
  const kilobytes = bytes("x".repeat(4000));
  const fill = async (): Promise<never> => {
    for (let i = 0; ; i++) await store.create(`/key/${i}`, kilobytes);
  };
  expect(await failure(fill())).toBeInstanceOf(StoreFullError);
  const stored = await store.count("/key/");
  expect(stored).toBeGreaterThan(10);

  // More than any page that is still free: all writes of one turn go, or none.
  const large = bytes("y".repeat(3_000_000));
  const batch = [store.create("/small", bytes("1")), store.create("/large", large), store.create("/small", bytes("2"))];
  for (const write of batch) expect(await failure(write)).toBeInstanceOf(StoreFullError);

  expect(await store.revision()).toBe(stored + 1);
  expect(await store.count("/")).toBe(stored);
  expect(await store.get("/small")).toBeUndefined();
  expect((await store.range("/key/", { revision: 2 })).items.map((item) => item.key)).toEqual(["/key/0"]);

  await makeRoom();
  expect(written(await store.create("/after", kilobytes)).revision).toBe(stored + 2);
}

/** Takes all the room that is left. */
function fillUp(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, new Uint8Array(4096));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(file);
  }
}

/** Whether this process may mount: root in a container often may not. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    smallDisk()[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

/** A disk of 2 MB in memory. */
function smallDisk(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "kube-tmpfs-"));
  const mounting = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=2m", "kube-test", path]);
  if (mounting.exitCode !== 0) {
    rmSync(path, { recursive: true });
    throw new Error(`Cannot mount "${path}": ${mounting.stderr.toString()}`);
  }
  return {
    path,
    [Symbol.dispose]() {
      Bun.spawnSync(["umount", path]);
      rmSync(path, { recursive: true });
    },
  };
}
