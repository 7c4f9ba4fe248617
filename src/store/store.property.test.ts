import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";

import { silentLogger } from "../lib/logger.ts";
import { memoryStore } from "./memory-store.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";
import { encode, failure, Recorder } from "./store.conformance.ts";
import { CompactedError, type CreateResult, type KeyValue, type Store, type WriteResult } from "./store.ts";

/**
 * A store written to be obviously right: it keeps a whole copy of the state of every revision. The drivers must answer as it
 * does to anything.
 */
class ModelStore {
  #states: Map<string, KeyValue>[] = [new Map(), new Map()];
  compacted = 1;

  get revision(): number {
    return this.#states.length - 1;
  }

  stateAt(revision: number): Map<string, KeyValue> {
    return this.#states[revision] ?? new Map<string, KeyValue>();
  }

  write(operation: Write): CreateResult | WriteResult {
    const { key, kind } = operation;
    const state = this.stateAt(this.revision);
    const current = state.get(key);
    if (kind === "create" && current) return { outcome: "exists", current };
    if (kind !== "create" && !current) return { outcome: "missing" };
    if (current && operation.isStale) return { outcome: "conflict", current };
    const revision = this.revision + 1;
    const entry = { key, value: valueAt(revision), createRevision: current?.createRevision ?? revision, revision };
    const next = new Map(state);
    if (kind === "delete") next.delete(key);
    else next.set(key, entry);
    this.#states.push(next);
    return { outcome: "written", entry };
  }
}

interface Write {
  readonly kind: "create" | "update" | "delete";
  readonly key: string;
  /** Expects a revision that the key does not have. */
  readonly isStale: boolean;
}

type Step =
  | { readonly do: "writes"; readonly writes: readonly Write[] }
  | {
      readonly do: "read";
      readonly prefix: string;
      readonly age: number;
      readonly after: string;
      readonly limit: number;
    }
  | { readonly do: "compact"; readonly age: number }
  | { readonly do: "reopen" };

const key = fc.stringMatching(/^\/[ab]\/[abc]{1,2}$/);
const write = fc.record({
  kind: fc.constantFrom("create", "update", "update", "delete"),
  key,
  isStale: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("writes"), writes: fc.array(write, { minLength: 1, maxLength: 8 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("read"),
      prefix: fc.constantFrom("", "/", "/a/", "/b/", "/a/b", "/c"),
      age: fc.nat(15),
      after: fc.oneof(fc.constant(""), key),
      limit: fc.integer({ min: 1, max: 10 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("compact"), age: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen") }) },
);

const valueAt = (revision: number): Uint8Array => encode(`value ${revision}`);

/** Writes of one list are called in one turn, so that later ones are decided against earlier ones that are not committed. */
async function writeTogether(store: Store, model: ModelStore, writes: readonly Write[]): Promise<void> {
  const expected: (CreateResult | WriteResult)[] = [];
  const actual: Promise<CreateResult | WriteResult>[] = [];
  for (const operation of writes) {
    const held = model.stateAt(model.revision).get(operation.key)?.revision ?? 0;
    expected.push(model.write(operation));
    const revision = operation.isStale ? held + 1000 : held;
    if (operation.kind === "create") actual.push(store.create(operation.key, valueAt));
    else actual.push(store[operation.kind](operation.key, revision, valueAt));
  }
  expect(await Promise.all(actual)).toEqual(expected);
}

async function read(
  store: Store,
  model: ModelStore,
  { prefix, age, after, limit }: Step & { do: "read" },
): Promise<void> {
  const revision = Math.max(model.revision - age, 1);
  if (revision < model.compacted) {
    expect(await failure(store.range(prefix, { revision }))).toBeInstanceOf(CompactedError);
    return;
  }
  const state = model.stateAt(revision);
  const matching = [...state.values()]
    .filter((entry) => entry.key.startsWith(prefix) && entry.key > after)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const items = matching.slice(0, limit);
  expect(await store.range(prefix, { revision, after, limit })).toEqual({
    items,
    revision,
    remaining: matching.length - items.length,
  });
  expect(await store.range(prefix, { revision, after })).toEqual({ items: matching, revision, remaining: 0 });
  const name = matching[0]?.key ?? "/a/a";
  expect(await store.get(name, { revision })).toEqual(state.get(name));
}

/** The events since the oldest readable revision turn the state of then into that of now, one revision at a time. */
async function replay(store: Store, model: ModelStore): Promise<void> {
  const recorder = new Recorder();
  const watch = await store.watch("", model.compacted, recorder);
  if (model.revision > model.compacted) await recorder.until(model.revision);
  for (const [index, event] of recorder.events.entries()) {
    const revision = model.compacted + index + 1;
    const before = model.stateAt(revision - 1);
    const after = model.stateAt(revision);
    expect(event.entry.revision).toBe(revision);
    expect(event.previous).toEqual(before.get(event.entry.key));
    expect(event.type === "put" ? event.entry : undefined).toEqual(after.get(event.entry.key));
  }
  expect(recorder.events.length).toBe(model.revision - model.compacted);
  watch.close();
}

async function follow(open: () => Promise<Store>, steps: readonly Step[], canReopen: boolean): Promise<void> {
  const model = new ModelStore();
  let store = await open();
  const live = new Recorder();
  await store.watch("", 1, live);
  try {
    for (const next of steps) {
      switch (next.do) {
        case "writes":
          await writeTogether(store, model, next.writes);
          break;
        case "read":
          await read(store, model, next);
          break;
        case "compact":
          model.compacted = Math.max(model.compacted, model.revision - next.age);
          await store.compact(model.compacted);
          break;
        case "reopen":
          if (!canReopen) break;
          await store[Symbol.asyncDispose]();
          store = await open();
          await store.watch("", model.revision, live);
          break;
      }
    }
    await replay(store, model);
    expect(live.revisions()).toEqual(Array.from({ length: model.revision - 1 }, (_, i) => i + 2));
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

const steps = fc.array(step, { maxLength: 30 });

test("memory store answers as the model does", async () => {
  await fc.assert(
    fc.asyncProperty(steps, (list) => follow(async () => memoryStore({ strict: true }), list, false)),
    { numRuns: 100 },
  );
});

test("sqlite store answers as the model does, across restarts", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const folder = mkdtempSync(join(tmpdir(), "kube-property-"));
      const path = join(folder, "state.db");
      try {
        await follow(() => openSqliteStore(path, { log: silentLogger, strict: true }), list, true);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns: 100 },
  );
});
