import { describe, expect, test } from "bun:test";

import type { KeyValue, Store, StoreEvent } from "./store.ts";

/** What every driver promises of what it remembers. `open` takes the clock that changes are written down with. */
export function historyConformance(name: string, open: (now: () => number) => Promise<Store>): void {
  describe(`${name} store remembers`, () => {
    const value = (text: string) => () => new TextEncoder().encode(text);

    async function written(): Promise<Store> {
      let now = 1000;
      const store = await open(() => (now += 1000));
      await store.create("/a", value("1"), "alice");
      await store.create("/b", value("1"), "bob");
      await store.update("/a", 2, value("2"), "alice");
      await store.delete("/b", 3, value("1"), "carol");
      return store;
    }
    const told = ({ type, entry, previous, at, by }: StoreEvent): string =>
      [type, entry.key, entry.revision, previous?.revision ?? "-", at, by].join(" ");

    test("who changed what and when, the newest first", async () => {
      await using store = await written();
      const all = await store.changes({ from: "", to: "~", limit: 10 });
      expect(all.map(told)).toEqual([
        "delete /b 5 3 5000 carol",
        "put /a 4 2 4000 alice",
        "put /b 3 - 3000 bob",
        "put /a 2 - 2000 alice",
      ]);
      const page = await store.changes({ from: "/a", to: "/a\0", before: 4, limit: 1 });
      expect(page.map(told)).toEqual(["put /a 2 - 2000 alice"]);
      expect((await store.changes({ from: "", to: "~", limit: 2 })).map(told)).toEqual(all.slice(0, 2).map(told));
    });

    test("what the newest revision was at a time", async () => {
      await using store = await written();
      const revisions = [0, 2000, 2999, 4000, 1e9].map(async (time) => await store.revisionAt(time));
      expect(await Promise.all(revisions)).toEqual([1, 2, 2, 4, 5]);
    });

    test("nothing of what is compacted", async () => {
      await using store = await written();
      await store.compact(4);
      expect((await store.changes({ from: "", to: "~", limit: 10 })).map(told)).toEqual(["delete /b 5 3 5000 carol"]);
      expect(await store.revisionAt(3000)).toBeUndefined();
      expect(await store.revisionAt(4500)).toBe(4);
      expect(await store.revisionAt(5000)).toBe(5);
      expect((await store.historySize()).oldestAt).toBe(5000);
    });

    test("how much room it takes", async () => {
      await using store = await open(() => 1);
      let entry: KeyValue | undefined;
      for (let write = 0; write < 50; write++) {
        const big = (): Uint8Array => new Uint8Array(10_000);
        // oxlint-disable-next-line no-await-in-loop -- each replaces the one before
        const result = await (entry ? store.update("/a", entry.revision, big) : store.create("/a", big));
        if (result.outcome === "written") entry = result.entry;
      }
      const { bytes } = await store.historySize();
      expect(bytes).toBeGreaterThanOrEqual(49 * 10_000);
      expect(bytes).toBeLessThan(100 * 10_000);
      await store.compact(51);
      expect((await store.historySize()).bytes).toBeLessThan(20 * 10_000);
    });
  });
}
