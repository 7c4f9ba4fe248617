import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "../../lib/logger.ts";
import { UserError } from "../../lib/user-error.ts";
import { bytes, failure } from "../store.conformance.ts";
import { openSqliteStore } from "./sqlite-store.ts";

describe("openSqliteStore", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kube-damage-"));
    path = join(folder, "state.db");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const open = () => openSqliteStore(path, { log: silentLogger });

  async function fill(count: number): Promise<void> {
    await using store = await open();
    await Promise.all(Array.from({ length: count }, (_, i) => store.create(`/key/${i}`, bytes("value ".repeat(400)))));
  }

  /** Refuses to open, and leaves every byte of the folder as it was. */
  async function refusal(): Promise<string> {
    const before = contents(folder);
    const error = await failure(open());
    if (!(error instanceof UserError)) throw error;
    expect(contents(folder)).toEqual(before);
    expect(error.message).toContain(path);
    expect(error.hint).toBeString();
    return error.message;
  }

  test("opens again what it closed, and leaves one file", async () => {
    await fill(10);
    expect(readdirSync(folder)).toEqual(["state.db"]);
    await using store = await open();
    expect(await store.count("/key/")).toBe(10);
    expect(await store.revision()).toBe(11);
  });

  test("knows its revision when everything behind it was compacted away", async () => {
    {
      await using store = await open();
      await store.create("/a", bytes("1"));
      await store.delete("/a", 2, bytes("1"));
      await store.compact(3);
    }
    await using store = await open();
    expect([await store.revision(), await store.compactedRevision(), await store.count("")]).toEqual([3, 3, 0]);
  });

  test("refuses what is no database", async () => {
    writeFileSync(path, "once upon a time ".repeat(1000));
    expect(await refusal()).toContain("it is not an SQLite database");
  });

  test("refuses an empty file: it held a cluster once", async () => {
    writeFileSync(path, "");
    expect(await refusal()).toContain("it has 0 bytes");
  });

  test("refuses the database of another program", async () => {
    const database = new Database(path);
    database.run("CREATE TABLE other (a)");
    database.close();
    expect(await refusal()).toContain("another program");
  });

  test("refuses the database of a newer kube", async () => {
    await fill(1);
    const database = new Database(path);
    database.run("PRAGMA user_version = 2");
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    expect(await refusal()).toContain("a newer kube wrote it (format 2, this kube reads up to 1)");
  });

  test("refuses a file that was cut off", async () => {
    await fill(50);
    truncateSync(path, 40_000);
    expect(await refusal()).toContain("it is cut off: 40000 of");
  });

  test("refuses a file with damaged pages", async () => {
    await fill(200);
    overwrite(path, 8192, "?".repeat(100_000));
    expect(await refusal()).toContain("it is damaged");
  });

  test("refuses a file that lacks a revision", async () => {
    await fill(5);
    const database = new Database(path);
    database.run("DELETE FROM changes WHERE revision = 3");
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    expect(await refusal()).toContain("1 of the revisions 2 to 6 are missing");
  });

  test("refuses a damaged file of a killed process, and keeps its log", async () => {
    await fill(200);
    const copy = join(folder, "killed.db");
    {
      await using store = await open();
      await store.create("/unsaved", bytes("1"));
      // What a SIGKILL would leave.
      copyFileSync(path, copy);
      copyFileSync(`${path}-wal`, `${copy}-wal`);
    }
    rmSync(path);
    path = copy;
    overwrite(path, 16_384, "?".repeat(20_000));
    expect(await refusal()).toContain("it is damaged");
  });

  test("takes over the log of a killed process", async () => {
    const copy = join(folder, "killed.db");
    {
      await using store = await open();
      await store.create("/unsaved", bytes("1"));
      copyFileSync(path, copy);
      copyFileSync(`${path}-wal`, `${copy}-wal`);
    }
    path = copy;
    await using store = await open();
    expect(await store.get("/unsaved")).toBeDefined();
  });

  test("refuses to start empty beside the log of a file that is missing", async () => {
    writeFileSync(`${path}-wal`, "a log");
    expect(await refusal()).toContain("is missing, but its log");
  });

  test("refuses a file that another process uses", async () => {
    const inUse = `Cannot open the cluster's state "${path}": another process is using it`;
    await using first = await open();
    expect(await failure(open())).toMatchObject({ name: "UserError", message: inUse });
    await first.create("/a", bytes("1"));
    expect(await failure(open())).toMatchObject({ name: "UserError", message: inUse });
    await first.create("/b", bytes("1"));
  });

  test("says so when there is no folder for the file", async () => {
    path = join(folder, "missing", "state.db");
    expect(await failure(open())).toMatchObject({
      name: "UserError",
      message: `Cannot open the cluster's state "${path}": it cannot be read and written`,
    });
  });
});

function contents(folder: string): Record<string, number | bigint> {
  return Object.fromEntries(
    readdirSync(folder)
      .toSorted()
      .map((name) => [name, Bun.hash(readFileSync(join(folder, name)))]),
  );
}

function overwrite(path: string, offset: number, text: string): void {
  const content = readFileSync(path);
  content.write(text, offset, "latin1");
  writeFileSync(path, content);
}
