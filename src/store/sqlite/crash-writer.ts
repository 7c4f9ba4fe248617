import { writeSync } from "node:fs";

import { silentLogger } from "../../lib/logger.ts";
import { randomFraction } from "../../lib/random.ts";
import type { KeyValue, Store } from "../store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

/**
 * The program that crash.test.ts kills: writes to the store at the path it is given until then, from several writers at once, and
 * reports on stdout. A line is `opening`, or an acknowledged write: `revision type key`.
 */

/** What is stored at a revision: anything else was written by half. Its size goes from nothing to several pages. */
export function expectedValue(key: string, revision: number): Uint8Array {
  return new TextEncoder().encode(`${key}@${revision};`.repeat((revision * 37) % 1500));
}

async function writeForever(store: Store, name: string): Promise<never> {
  const entries = new Map<string, KeyValue>();
  for (const entry of (await store.range(`/${name}/`)).items) entries.set(entry.key, entry);
  for (;;) {
    const key = `/${name}/${Math.floor(randomFraction() * 20)}`;
    const entry = entries.get(key);
    const isDeletion = entry !== undefined && randomFraction() < 0.3;
    const value = (revision: number): Uint8Array => expectedValue(key, revision);
    const result = entry
      ? await store[isDeletion ? "delete" : "update"](key, entry.revision, value)
      : await store.create(key, value);
    if (result.outcome !== "written") throw new Error(`Writing "${key}" had the outcome ${result.outcome}`);
    writeSync(1, `${result.entry.revision} ${isDeletion ? "delete" : "put"} ${key}\n`);
    if (isDeletion) entries.delete(key);
    else entries.set(key, result.entry);
  }
}

if (import.meta.main) {
  writeSync(1, "opening\n");
  const store = await openSqliteStore(process.argv[2] ?? "", { log: silentLogger });
  // What was there at the start is checked by now, so it may be forgotten while the writers write.
  await Promise.all([
    store.compact(await store.revision()),
    ...["a", "b", "c", "d"].map((name) => writeForever(store, name)),
  ]);
}
