import { afterEach, beforeEach, describe, expect, test } from "bun:test";

import {
  CompactedError,
  FutureRevisionError,
  type CreateResult,
  type KeyValue,
  type Store,
  type StoreEvent,
  type ValueAt,
  type WatchListener,
  type WriteResult,
} from "./store.ts";

/** What every driver promises. A driver runs it with one line: `storeConformance("memory", async () => memoryStore())`. */
export function storeConformance(name: string, open: () => Promise<Store>): void {
  describe(`${name} store`, () => {
    let store: Store;

    beforeEach(async () => {
      store = await open();
    });

    afterEach(async () => {
      await store[Symbol.asyncDispose]();
    });

    const create = async (key: string, text: string): Promise<KeyValue> =>
      written(await store.create(key, bytes(text)));
    const update = async (entry: KeyValue, text: string): Promise<KeyValue> =>
      written(await store.update(entry.key, entry.revision, bytes(text)));
    const remove = async (entry: KeyValue): Promise<KeyValue> =>
      written(await store.delete(entry.key, entry.revision, () => entry.value));

    describe("writes", () => {
      test("a new store is at revision 1 and empty", async () => {
        expect(await store.revision()).toBe(1);
        expect(await store.compactedRevision()).toBe(1);
        expect(await store.range("")).toEqual({ items: [], revision: 1, remaining: 0 });
      });

      test("create returns the entry at the next revision", async () => {
        expect(await create("/a", "1")).toEqual({ key: "/a", value: encode("1"), createRevision: 2, revision: 2 });
        expect(await store.get("/a")).toEqual({ key: "/a", value: encode("1"), createRevision: 2, revision: 2 });
        expect(await store.revision()).toBe(2);
      });

      test("create of a key that is there returns what is there and uses no revision", async () => {
        const entry = await create("/a", "1");
        expect(await store.create("/a", bytes("2"))).toEqual({ outcome: "exists", current: entry });
        expect(await store.revision()).toBe(2);
      });

      test("update replaces the value and keeps the revision of creation", async () => {
        const entry = await update(await create("/a", "1"), "2");
        expect(entry).toEqual({ key: "/a", value: encode("2"), createRevision: 2, revision: 3 });
        expect(await store.get("/a")).toEqual(entry);
      });

      test("update of another revision is a conflict that shows the current entry", async () => {
        const first = await create("/a", "1");
        const second = await update(first, "2");
        expect(await store.update("/a", first.revision, bytes("3"))).toEqual({ outcome: "conflict", current: second });
        expect(await store.update("/a", 99, bytes("3"))).toEqual({ outcome: "conflict", current: second });
        expect(await store.revision()).toBe(3);
      });

      test("update and delete of an absent key say that it is missing", async () => {
        expect(await store.update("/a", 1, bytes("1"))).toEqual({ outcome: "missing" });
        expect(await store.delete("/a", 1, bytes("1"))).toEqual({ outcome: "missing" });
        expect(await store.revision()).toBe(1);
      });

      test("delete removes the key at a revision of its own", async () => {
        const entry = await create("/a", "1");
        expect(await store.delete("/a", 2, bytes("last"))).toEqual({
          outcome: "written",
          entry: { key: "/a", value: encode("last"), createRevision: 2, revision: 3 },
        });
        expect(await store.get("/a")).toBeUndefined();
        expect(await store.delete("/a", entry.revision, bytes("last"))).toEqual({ outcome: "missing" });
      });

      test("delete of another revision is a conflict", async () => {
        const entry = await create("/a", "1");
        expect(await store.delete("/a", 99, bytes("1"))).toEqual({ outcome: "conflict", current: entry });
      });

      test("a key created again has a new revision of creation", async () => {
        await remove(await create("/a", "1"));
        expect(await create("/a", "2")).toMatchObject({ createRevision: 4, revision: 4 });
      });

      test("the value is made once, with the revision of the write", async () => {
        const asked: number[] = [];
        const value: ValueAt = (revision) => {
          asked.push(revision);
          return encode(`at ${revision}`);
        };
        const entry = written(await store.create("/a", value));
        expect(asked).toEqual([2]);
        expect(decode(entry.value)).toBe("at 2");
        await store.create("/a", value);
        expect(asked).toEqual([2]);
      });

      test("a value that cannot be made rejects its write alone", async () => {
        const failing = store.create("/a", () => {
          throw new Error("no value");
        });
        const other = store.create("/b", bytes("1"));
        const [error, result] = await Promise.all([failure(failing), other]);
        expect(error).toMatchObject({ message: "no value" });
        expect(written(result).revision).toBe(2);
        expect(await store.get("/a")).toBeUndefined();
      });

      test("values may be empty or large", async () => {
        const large = new Uint8Array(3_000_000).fill(7);
        written(await store.create("/empty", () => new Uint8Array()));
        written(await store.create("/large", () => large));
        expect((await store.get("/empty"))?.value.byteLength).toBe(0);
        expect(Bun.hash((await store.get("/large"))?.value ?? "")).toBe(Bun.hash(large));
      });
    });

    describe("writes of one turn", () => {
      test("get gapless revisions in the order of the calls", async () => {
        const results = await Promise.all(Array.from({ length: 100 }, (_, i) => store.create(`/${i}`, bytes("x"))));
        expect(results.map((result) => written(result).revision)).toEqual(Array.from({ length: 100 }, (_, i) => i + 2));
      });

      test("one of several that expect the same revision wins, and the others see the winner", async () => {
        const entry = await create("/a", "0");
        const results = await Promise.all(
          ["1", "2", "3"].map((text) => store.update("/a", entry.revision, bytes(text))),
        );
        const winner = { key: "/a", value: encode("1"), createRevision: 2, revision: 3 };
        expect(results).toEqual([
          { outcome: "written", entry: winner },
          { outcome: "conflict", current: winner },
          { outcome: "conflict", current: winner },
        ]);
      });

      test("build on each other", async () => {
        const results = await Promise.all([
          store.create("/a", bytes("1")),
          store.create("/a", bytes("2")),
          store.update("/a", 2, bytes("3")),
          store.delete("/a", 3, bytes("4")),
          store.update("/a", 4, bytes("5")),
          store.create("/a", bytes("6")),
        ]);
        expect(results.map((result) => result.outcome)).toEqual([
          "written",
          "exists",
          "written",
          "written",
          "missing",
          "written",
        ]);
        expect(await store.get("/a")).toEqual({ key: "/a", value: encode("6"), createRevision: 5, revision: 5 });
      });

      test("are not seen before they are committed", async () => {
        const pending = store.create("/a", bytes("1"));
        expect(await store.get("/a")).toBeUndefined();
        expect(await store.count("")).toBe(0);
        expect(await store.revision()).toBe(1);
        await pending;
        expect(await store.count("")).toBe(1);
      });
    });

    describe("range", () => {
      test("returns the keys of a prefix in byte order, and no others", async () => {
        await createAll(store, ["/b/2", "/a", "/b/10", "/b", "/b/1", "/b0", "/B/1", "/b/1/x"]);
        expect(await keys(store.range("/b/"))).toEqual(["/b/1", "/b/1/x", "/b/10", "/b/2"]);
        expect(await keys(store.range(""))).toEqual(["/B/1", "/a", "/b", "/b/1", "/b/1/x", "/b/10", "/b/2", "/b0"]);
        expect(await keys(store.range("/c"))).toEqual([]);
        expect(await store.count("/b/")).toBe(4);
        expect(await store.count("")).toBe(8);
      });

      test("pages with limit and after, and counts what remains", async () => {
        await createAll(store, ["/p/a", "/p/b", "/p/c", "/p/d", "/p/e", "/q"]);
        const first = await store.range("/p/", { limit: 2 });
        expect([first.items.map((item) => item.key), first.remaining]).toEqual([["/p/a", "/p/b"], 3]);
        const second = await store.range("/p/", { limit: 2, after: "/p/b" });
        expect([second.items.map((item) => item.key), second.remaining]).toEqual([["/p/c", "/p/d"], 1]);
        const last = await store.range("/p/", { limit: 2, after: "/p/d" });
        expect([last.items.map((item) => item.key), last.remaining]).toEqual([["/p/e"], 0]);
      });

      test("continues after a key that is gone, and after the last", async () => {
        await createAll(store, ["/p/a", "/p/c"]);
        expect(await keys(store.range("/p/", { after: "/p/b" }))).toEqual(["/p/c"]);
        expect(await store.range("/p/", { after: "/p/z" })).toMatchObject({ items: [], remaining: 0 });
        expect(await store.range("/p/", { after: "/q" })).toMatchObject({ items: [], remaining: 0 });
        expect(await keys(store.range("/p/", { after: "/a" }))).toEqual(["/p/a", "/p/c"]);
      });

      test("holds thousands of keys in order", async () => {
        const names = Array.from({ length: 5000 }, (_, i) => `/n/${(i * 7919) % 5000}`);
        await createAll(store, names);
        expect(await keys(store.range("/n/"))).toEqual(names.toSorted());
        expect(await store.count("/n/1")).toBe(names.filter((key) => key.startsWith("/n/1")).length);
      });
    });

    describe("the past", () => {
      test("get reads an entry as it was", async () => {
        const first = await create("/a", "1");
        const second = await update(first, "2");
        await remove(second);
        const again = await create("/a", "3");
        expect(await store.get("/a", { revision: 1 })).toBeUndefined();
        expect(await store.get("/a", { revision: 2 })).toEqual(first);
        expect(await store.get("/a", { revision: 3 })).toEqual(second);
        expect(await store.get("/a", { revision: 4 })).toBeUndefined();
        expect(await store.get("/a", { revision: 5 })).toEqual(again);
      });

      test("range reads the state as it was, page by page", async () => {
        const [a, , c] = await createAll(store, ["/a", "/b", "/c", "/d"]);
        const revision = await store.revision();
        if (a) await update(a, "changed");
        if (c) await remove(c);
        await createAll(store, ["/aa", "/e"]);

        const whole = await store.range("/", { revision });
        expect(whole.items.map((item) => [item.key, decode(item.value)])).toEqual([
          ["/a", "/a"],
          ["/b", "/b"],
          ["/c", "/c"],
          ["/d", "/d"],
        ]);
        expect([whole.revision, whole.remaining]).toEqual([revision, 0]);
        const page = await store.range("/", { revision, limit: 2 });
        expect([page.items.map((item) => item.key), page.remaining]).toEqual([["/a", "/b"], 2]);
        const next = await store.range("/", { revision, limit: 1, after: "/b" });
        expect([next.items.map((item) => item.key), next.remaining]).toEqual([["/c"], 1]);
        expect(await keys(store.range("/", { revision: revision - 1 }))).toEqual(["/a", "/b", "/c"]);
        expect(await keys(store.range("/"))).toEqual(["/a", "/aa", "/b", "/d", "/e"]);
      });

      test("the future cannot be read", async () => {
        expect(await failure(store.get("/a", { revision: 2 }))).toBeInstanceOf(FutureRevisionError);
        expect(await failure(store.range("/a", { revision: 2 }))).toBeInstanceOf(FutureRevisionError);
        expect(await failure(store.watch("/a", 2, new Recorder()))).toBeInstanceOf(FutureRevisionError);
        expect(await failure(store.compact(2))).toBeInstanceOf(FutureRevisionError);
      });
    });

    describe("watch", () => {
      test("shows each change after a revision, with what was there before", async () => {
        const recorder = new Recorder();
        const entry = await create("/w/a", "1");
        await store.watch("/w/", 2, recorder);
        const changed = await update(entry, "2");
        await create("/x", "not watched");
        const removed = written(await store.delete("/w/a", changed.revision, bytes("last")));
        await recorder.until(removed.revision);
        expect(recorder.events).toEqual([
          { type: "put", entry: changed, previous: entry },
          { type: "delete", entry: removed, previous: changed },
        ]);
      });

      test("starts with history", async () => {
        const first = await create("/w/a", "1");
        const second = await update(first, "2");
        const third = await remove(second);
        const fourth = await create("/w/a", "3");
        const recorder = new Recorder();
        await store.watch("/w/", 1, recorder);
        await recorder.until(fourth.revision);
        expect(recorder.events).toEqual([
          { type: "put", entry: first, previous: undefined },
          { type: "put", entry: second, previous: first },
          { type: "delete", entry: third, previous: second },
          { type: "put", entry: fourth, previous: undefined },
        ]);
      });

      test("passes from history to live changes without a gap or a repetition", async () => {
        await createAll(store, numbered("/w/before/", 2500));
        const recorder = new Recorder();
        await store.watch("/w/", 1, recorder);
        for (let i = 0; i < 50; i++) await createAll(store, numbered(`/w/during/${i}/`, 20));
        await recorder.until(3501);
        expect(recorder.revisions()).toEqual(Array.from({ length: 3500 }, (_, i) => i + 2));
      });

      test("a change is told once its write can be read, and one commit is told at once", async () => {
        const seen: unknown[] = [];
        await store.watch("/", 1, {
          onEvents: (events) => {
            seen.push(events.length);
            seen.push(store.get("/a"));
          },
          onEnd: () => {},
        });
        await createAll(store, ["/a", "/b"]);
        expect(seen[0]).toBe(2);
        expect(await seen[1]).toMatchObject({ key: "/a" });
      });

      test("the same events reach all watchers of a prefix", async () => {
        const one = new Recorder();
        const two = new Recorder();
        await store.watch("/w/", 1, one);
        await store.watch("/w/", 1, two);
        const entry = await create("/w/a", "1");
        await one.until(entry.revision);
        await two.until(entry.revision);
        expect(one.events[0]).toBe(two.events[0] as StoreEvent);
      });

      test("a closed watch is silent", async () => {
        const recorder = new Recorder();
        const other = new Recorder();
        const watch = await store.watch("/", 1, recorder);
        await store.watch("/", 1, other);
        await create("/a", "1");
        await recorder.until(2);
        watch.close();
        watch.close();
        await create("/b", "1");
        await other.until(3);
        expect(recorder.revisions()).toEqual([2]);
        expect(recorder.end).toBeUndefined();
      });

      test("can be closed by its own listener, in history and live", async () => {
        await createAll(store, numbered("/h/", 2500));
        const other = new Recorder();
        let toldOfHistory = 0;
        let toldLive = 0;
        const history = await store.watch("/", 1, {
          onEvents: () => {
            toldOfHistory++;
            history.close();
          },
          onEnd: () => {},
        });
        const live = await store.watch("/", 2501, {
          onEvents: () => {
            toldLive++;
            live.close();
          },
          onEnd: () => {},
        });
        await store.watch("/", 1, other);
        await create("/a", "1");
        await create("/b", "1");
        await other.until(2503);
        expect([toldOfHistory, toldLive]).toEqual([1, 1]);
      });

      test("one watch can close another in its callback", async () => {
        const second = new Recorder();
        const first = await store.watch("/", 1, {
          onEvents: () => closed.close(),
          onEnd: () => {},
        });
        const closed = await store.watch("/", 1, second);
        await create("/a", "1");
        await create("/b", "1");
        expect(second.events).toEqual([]);
        first.close();
      });

      test("one started while events are told begins behind them", async () => {
        const nested = new Recorder();
        let started: Promise<unknown> | undefined;
        await store.watch("/", 1, {
          onEvents: (events) => {
            started ??= store.watch("/", events.at(-1)?.entry.revision ?? 0, nested);
          },
          onEnd: () => {},
        });
        await create("/a", "1");
        await started;
        await create("/b", "1");
        await nested.until(3);
        expect(nested.revisions()).toEqual([3]);
      });

      test("a listener that throws ends its own watch only", async () => {
        const thrown = new Error("listener failed");
        const reasons: Error[] = [];
        const other = new Recorder();
        await store.watch("/", 1, {
          onEvents: () => {
            throw thrown;
          },
          onEnd: (reason) => reasons.push(reason),
        });
        await store.watch("/", 1, other);
        await create("/a", "1");
        await create("/b", "1");
        await other.until(3);
        expect(other.revisions()).toEqual([2, 3]);
        expect(reasons).toEqual([thrown]);
      });

      test("ends when the store closes", async () => {
        const live = new Recorder();
        const replaying = new Recorder();
        await create("/a", "1");
        await store.watch("/", 2, live);
        await store.watch("/", 1, replaying);
        await store[Symbol.asyncDispose]();
        expect(live.end?.message).toBe("The store is closed");
        expect(replaying.end?.message).toBe("The store is closed");
      });
    });

    describe("compaction", () => {
      test("keeps current values and what happened since", async () => {
        const [a, b] = await createAll(store, ["/a", "/b", "/c"]);
        if (!a || !b) throw new Error("Not created");
        const changed = await update(a, "2");
        const removed = await remove(b);
        await store.compact(5);
        expect(await store.compactedRevision()).toBe(5);
        expect(await store.revision()).toBe(6);
        expect(await keys(store.range("/"))).toEqual(["/a", "/c"]);
        expect(await keys(store.range("/", { revision: 5 }))).toEqual(["/a", "/b", "/c"]);
        expect(await store.get("/a", { revision: 5 })).toEqual(changed);
        const recorder = new Recorder();
        await store.watch("/", 5, recorder);
        await recorder.until(6);
        expect(recorder.events).toEqual([{ type: "delete", entry: removed, previous: b }]);
      });

      test("makes older revisions unreadable", async () => {
        await createAll(store, ["/a", "/b", "/c"]);
        await store.compact(3);
        expect(await failure(store.get("/a", { revision: 2 }))).toBeInstanceOf(CompactedError);
        expect(await failure(store.range("/", { revision: 2 }))).toBeInstanceOf(CompactedError);
        expect(await failure(store.watch("/", 2, new Recorder()))).toBeInstanceOf(CompactedError);
        expect(await keys(store.range("/", { revision: 3 }))).toEqual(["/a", "/b"]);
      });

      test("ends a watch that has not yet read what goes", async () => {
        await createAll(store, numbered("/n/", 5000));
        let compaction: Promise<void> | undefined;
        let lastTold = 0;
        const reason = await new Promise<Error>((resolve, reject) => {
          const onEvents = (events: readonly StoreEvent[]): void => {
            lastTold = events.at(-1)?.entry.revision ?? 0;
            compaction ??= store.compact(5001);
          };
          store.watch("/", 1, { onEvents, onEnd: resolve }).catch(reject);
        });
        await compaction;
        expect(reason).toBeInstanceOf(CompactedError);
        expect(lastTold).toBeLessThan(5001);
      });

      test("to an earlier revision changes nothing", async () => {
        await createAll(store, ["/a", "/b", "/c"]);
        await store.compact(3);
        await store.compact(2);
        expect(await store.compactedRevision()).toBe(3);
      });

      test("of everything leaves the present", async () => {
        const entry = await create("/a", "1");
        await remove(await create("/b", "1"));
        await store.compact(4);
        expect((await store.range("/")).items).toEqual([entry]);
        expect(await create("/c", "1")).toMatchObject({ revision: 5 });
        expect(await update(entry, "2")).toMatchObject({ revision: 6, createRevision: 2 });
        expect(await store.get("/a", { revision: 5 })).toEqual(entry);
      });

      test("lets writers through while it works", async () => {
        await createAll(store, numbered("/n/", 3000));
        const [first] = (await store.range("/n/", { limit: 1 })).items;
        let entry = first;
        for (let i = 0; i < 10 && entry; i++) entry = await update(entry, String(i));
        const compaction = store.compact(await store.revision());
        const during = await create("/during", "1");
        await compaction;
        expect(await store.get("/during")).toEqual(during);
        expect(await store.count("/n/")).toBe(3000);
      });
    });

    test("a closed store refuses", async () => {
      await store[Symbol.asyncDispose]();
      expect(await failure(store.get("/a"))).toMatchObject({ message: "The store is closed" });
      expect(await failure(store.create("/a", bytes("1")))).toMatchObject({ message: "The store is closed" });
      expect(await failure(store.watch("/a", 1, new Recorder()))).toMatchObject({ message: "The store is closed" });
    });

    test("closing commits what was written before", async () => {
      const pending = store.create("/a", bytes("1"));
      await store[Symbol.asyncDispose]();
      expect(written(await pending).revision).toBe(2);
    });
  });
}

/** Keeps what a watch was told, and lets a test wait for a revision. */
export class Recorder implements WatchListener {
  readonly events: StoreEvent[] = [];
  end: Error | undefined;
  #waiting: { revision: number; resolve: () => void }[] = [];

  onEvents(events: readonly StoreEvent[]): void {
    this.events.push(...events);
    for (const { revision, resolve } of this.#waiting) if (this.#hasSeen(revision)) resolve();
  }

  onEnd(reason: Error): void {
    this.end = reason;
  }

  revisions(): number[] {
    return this.events.map((event) => event.entry.revision);
  }

  async until(revision: number): Promise<void> {
    if (this.#hasSeen(revision)) return;
    await new Promise<void>((resolve) => this.#waiting.push({ revision, resolve }));
  }

  #hasSeen(revision: number): boolean {
    return (this.events.at(-1)?.entry.revision ?? 0) >= revision;
  }
}

export function written(result: CreateResult | WriteResult): KeyValue {
  if (result.outcome !== "written") throw new Error(`Not written: ${result.outcome}`);
  return result.entry;
}

/** What a promise was rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("It did not fail");
    },
    (error: unknown) => error,
  );
}

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (value: Uint8Array): string => new TextDecoder().decode(value);
export const bytes =
  (text: string): ValueAt =>
  () =>
    encode(text);

async function createAll(store: Store, names: readonly string[]): Promise<KeyValue[]> {
  return (await Promise.all(names.map((name) => store.create(name, bytes(name))))).map(written);
}

async function keys(range: ReturnType<Store["range"]>): Promise<string[]> {
  return (await range).items.map((item) => item.key);
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(5, "0")}`);
}
