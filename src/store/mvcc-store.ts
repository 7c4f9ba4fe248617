import { OrderedMap } from "../lib/ordered-map.ts";
import type { History } from "./history.ts";
import {
  CompactedError,
  FutureRevisionError,
  type CreateResult,
  type HistorySize,
  type KeyValue,
  type RangeOptions,
  type RangeResult,
  type Store,
  type StoreEvent,
  type ValueAt,
  type WantedChanges,
  type Watch,
  type WatchListener,
  type WriteResult,
} from "./store.ts";
import { WatchHub } from "./watch-hub.ts";

/**
 * The store that all drivers in this process share: the current state in memory, in key order, over a History that keeps what
 * was. Reads of the present never leave memory.
 *
 * Writes of one turn of the event loop form a batch. A write is decided when it is called, against the committed state and the
 * batch so far, and gets its revision then; it is acknowledged, and seen by readers and watchers, when the batch has been
 * committed. If that fails, every write of the batch is rejected and its revisions are given out again.
 *
 * Keys are expected to be ASCII: their order is then the same for JavaScript, SQLite and etcd.
 */
export class MvccStore implements Store {
  #current: OrderedMap<KeyValue>;
  #revision: number;
  #batch: Batch | undefined;
  #history: History;
  #hub: WatchHub;
  #isClosed = false;
  #isStrict: boolean;
  #now: (() => number) | undefined;
  /** Of the values of the present. */
  #currentBytes = 0;

  constructor(options: MvccOptions) {
    this.#current = options.current;
    this.#revision = options.revision;
    this.#history = options.history;
    this.#isStrict = options.strict ?? false;
    this.#now = options.now;
    for (const { value } of options.current.valuesWithPrefix("")) this.#currentBytes += value.byteLength;
    this.#hub = new WatchHub(watchSource(this.#history, () => this.#revision));
  }

  async revision(): Promise<number> {
    return this.#revision;
  }

  async compactedRevision(): Promise<number> {
    return this.#history.compactedRevision;
  }

  async get(key: string, options?: { readonly revision?: number }): Promise<KeyValue | undefined> {
    this.#checkOpen();
    const current = this.#current.get(key);
    const revision = options?.revision;
    if (revision === undefined) return current;
    this.#checkReadable(revision);
    if (current && current.revision <= revision) return current;
    return this.#history.changedSince(key, revision).get(key)?.();
  }

  async range(prefix: string, options: RangeOptions = {}): Promise<RangeResult> {
    this.#checkOpen();
    const { revision, after, limit } = options;
    if (revision !== undefined) {
      this.#checkReadable(revision);
      if (revision < this.#revision) return this.#rangeAt(prefix, revision, options);
    }
    const items = this.#current.valuesWithPrefix(prefix, after, limit);
    const remaining = limit === undefined ? 0 : this.#current.countWithPrefix(prefix, after) - items.length;
    return { items, revision: this.#revision, remaining };
  }

  async count(prefix: string): Promise<number> {
    this.#checkOpen();
    return this.#current.countWithPrefix(prefix);
  }

  async create(key: string, value: ValueAt, by?: string): Promise<CreateResult> {
    this.#checkOpen();
    const current = this.#newest(key);
    if (current) {
      await this.#untilCommitted(key);
      return { outcome: "exists", current };
    }
    const revision = this.#nextRevision();
    const entry = { key, value: value(revision), createRevision: revision, revision };
    await this.#enqueue({ type: "put", entry, previous: undefined, at: this.#now?.(), by });
    return { outcome: "written", entry };
  }

  async update(key: string, expected: number, value: ValueAt, by?: string): Promise<WriteResult> {
    this.#checkOpen();
    const previous = this.#newest(key);
    if (previous?.revision !== expected) return this.#refuse(key, previous);
    const entry = this.#successor(previous, value);
    await this.#enqueue({ type: "put", entry, previous, at: this.#now?.(), by });
    return { outcome: "written", entry };
  }

  async delete(key: string, expected: number, value: ValueAt, by?: string): Promise<WriteResult> {
    this.#checkOpen();
    const previous = this.#newest(key);
    if (previous?.revision !== expected) return this.#refuse(key, previous);
    const entry = this.#successor(previous, value);
    await this.#enqueue({ type: "delete", entry, previous, at: this.#now?.(), by });
    return { outcome: "written", entry };
  }

  async watch(prefix: string, after: number, listener: WatchListener): Promise<Watch> {
    this.#checkOpen();
    this.#checkReadable(after);
    return this.#hub.watch(prefix, after, listener);
  }

  async changes(wanted: WantedChanges): Promise<readonly StoreEvent[]> {
    this.#checkOpen();
    return this.#history.changes(wanted);
  }

  async revisionAt(time: number): Promise<number | undefined> {
    this.#checkOpen();
    const compacted = this.#history.compactedRevision;
    // Revisions follow each other in time. The first one that came after `time` ends what was there then.
    let low = compacted + 1;
    let high = this.#revision + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#history.writtenAt(middle) ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    if (low > compacted + 1 || compacted === FIRST_REVISION) return low - 1;
    // What was forgotten may have happened before or after.
    const compactedAt = this.#history.writtenAt(compacted);
    return compactedAt !== undefined && compactedAt <= time ? compacted : undefined;
  }

  async historySize(): Promise<HistorySize> {
    this.#checkOpen();
    const oldest = this.#history.compactedRevision + 1;
    return {
      bytes: Math.max(0, this.#history.sizeBytes() - this.#currentBytes),
      oldestAt: oldest > this.#revision ? undefined : this.#history.writtenAt(oldest),
    };
  }

  async compact(revision: number): Promise<void> {
    this.#checkOpen();
    if (revision > this.#revision) throw new FutureRevisionError(revision, this.#revision);
    if (revision > this.#history.compactedRevision) this.#history.compact(revision);
    while (!this.#isClosed && this.#history.sweep()) await nextTurn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // The writers of the last batch hear themselves whether it failed.
    await this.#batch?.committed.catch(() => undefined);
    this.#hub.endAll(new Error(CLOSED));
    this.#history[Symbol.dispose]();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Error(CLOSED);
  }

  #checkReadable(revision: number): void {
    const compacted = this.#history.compactedRevision;
    if (revision < compacted) throw new CompactedError(revision, compacted);
    if (revision > this.#revision) throw new FutureRevisionError(revision, this.#revision);
  }

  /** The past is the present with what changed since put back. */
  #rangeAt(prefix: string, revision: number, { after, limit = Infinity }: RangeOptions): RangeResult {
    const changed = this.#history.changedSince(prefix, revision);
    const isBehind = (key: string): boolean => after === undefined || key > after;
    let total = this.#current.countWithPrefix(prefix, after);
    const restored: string[] = [];
    for (const [key, past] of changed) {
      if (!isBehind(key)) continue;
      if (this.#current.get(key)) total--;
      if (!past) continue;
      total++;
      restored.push(key);
    }
    restored.sort();
    const unchanged = this.#current
      .valuesWithPrefix(prefix, after, limit + changed.size)
      .filter((entry) => !changed.has(entry.key));
    const items: KeyValue[] = [];
    for (let i = 0, j = 0; items.length < limit;) {
      const entry = unchanged[i];
      const key = restored[j];
      if (key !== undefined && (!entry || key < entry.key)) {
        const past = changed.get(key);
        if (past) items.push(past());
        j++;
      } else if (entry) {
        items.push(entry);
        i++;
      } else break;
    }
    return { items, revision, remaining: total - items.length };
  }

  /** The state that the next write of `key` meets. */
  #newest(key: string): KeyValue | undefined {
    const pending = this.#batch?.overlay.get(key);
    if (pending === undefined) return this.#current.get(key);
    return pending === DELETED ? undefined : pending;
  }

  #nextRevision(): number {
    return this.#revision + (this.#batch?.events.length ?? 0) + 1;
  }

  #successor(previous: KeyValue, value: ValueAt): KeyValue {
    const revision = this.#nextRevision();
    return { key: previous.key, value: value(revision), createRevision: previous.createRevision, revision };
  }

  /** A write refused because of one that is not committed yet waits for it: nobody is told of a state that may never be. */
  async #untilCommitted(key: string): Promise<void> {
    if (this.#batch?.overlay.has(key)) await this.#batch.committed;
  }

  async #refuse(key: string, current: KeyValue | undefined): Promise<WriteResult> {
    await this.#untilCommitted(key);
    return current ? { outcome: "conflict", current } : { outcome: "missing" };
  }

  #enqueue(event: StoreEvent): Promise<void> {
    const batch = (this.#batch ??= this.#startBatch());
    batch.events.push(event);
    batch.overlay.set(event.entry.key, event.type === "put" ? event.entry : DELETED);
    return batch.committed;
  }

  #startBatch(): Batch {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const batch: Batch = { events: [], overlay: new Map(), committed: promise };
    // Behind the input and output of this turn: the requests that arrived together are in one batch.
    setImmediate(() => {
      this.#batch = undefined;
      try {
        this.#commit(batch.events);
      } catch (error) {
        reject(error);
        return;
      }
      resolve();
      this.#hub.publish(batch.events);
    });
    return batch;
  }

  #commit(events: readonly StoreEvent[]): void {
    this.#history.append(events);
    for (const event of events) {
      this.#currentBytes -= event.previous?.value.byteLength ?? 0;
      if (event.type === "put") {
        this.#currentBytes += event.entry.value.byteLength;
        this.#current.set(event.entry.key, event.entry);
      } else this.#current.delete(event.entry.key);
    }
    this.#revision += events.length;
    if (this.#isStrict) this.#history.verify(this.#current.valuesWithPrefix(""), this.#revision);
  }
}

export interface MvccOptions {
  readonly history: History;
  /** The state at `revision`. */
  readonly current: OrderedMap<KeyValue>;
  readonly revision: number;
  /** Written down with each change. */
  readonly now?: (() => number) | undefined;
  /** Verify everything after each commit: for tests. */
  readonly strict?: boolean | undefined;
}

/** The writes of one turn. */
interface Batch {
  readonly events: StoreEvent[];
  /** What each key written in this batch will be. */
  readonly overlay: Map<string, KeyValue | typeof DELETED>;
  readonly committed: Promise<void>;
}

/** Of a new store. */
const FIRST_REVISION = 1;
const DELETED = Symbol("deleted");
const CLOSED = "The store is closed";

function watchSource(history: History, revision: () => number) {
  return {
    get revision() {
      return revision();
    },
    get compactedRevision() {
      return history.compactedRevision;
    },
    events: (prefix: string, after: number, upTo: number) => history.events(prefix, after, upTo),
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
