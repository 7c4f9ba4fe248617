import { OrderedMap } from "../lib/ordered-map.ts";
import type { History, PastEntry } from "./history.ts";
import { MvccStore } from "./mvcc-store.ts";
import type { KeyValue, Store, StoreEvent, WantedChanges } from "./store.ts";

/** A store that is gone with the process: for tests and throwaway clusters. */
export function memoryStore(options: { readonly strict?: boolean; readonly now?: () => number } = {}): Store {
  const history = new MemoryHistory();
  return new MvccStore({
    history,
    current: new OrderedMap(),
    revision: history.compactedRevision,
    strict: options.strict,
    now: options.now,
  });
}

class MemoryHistory implements History {
  compactedRevision = 1;
  #compactedAt: number | undefined;
  /** The events of the revisions behind `compactedRevision`, without gaps. */
  #events: StoreEvent[] = [];

  append(events: readonly StoreEvent[]): void {
    for (const event of events) this.#events.push(event);
  }

  events(prefix: string, after: number, upTo: number): StoreEvent[] {
    return this.#between(after, upTo).filter((event) => event.entry.key.startsWith(prefix));
  }

  changedSince(prefix: string, revision: number): Map<string, PastEntry> {
    const changed = new Map<string, PastEntry>();
    for (const { entry, previous } of this.#between(revision)) {
      if (!entry.key.startsWith(prefix) || changed.has(entry.key)) continue;
      changed.set(entry.key, previous && (() => previous));
    }
    return changed;
  }

  changes({ from, to, before, limit }: WantedChanges): StoreEvent[] {
    return this.#events
      .filter(({ entry: { key, revision } }) => key >= from && key < to && (before === undefined || revision < before))
      .toReversed()
      .slice(0, limit);
  }

  writtenAt(revision: number): number | undefined {
    if (revision === this.compactedRevision) return this.#compactedAt;
    return this.#events[revision - this.compactedRevision - 1]?.at;
  }

  sizeBytes(): number {
    return this.#events.reduce((sum, { entry }) => sum + entry.value.byteLength, 0);
  }

  compact(revision: number): void {
    this.#compactedAt = this.writtenAt(revision);
    this.#events = this.#between(revision);
    this.compactedRevision = revision;
  }

  sweep(): boolean {
    return false;
  }

  verify(current: Iterable<KeyValue>, revision: number): void {
    const end = this.compactedRevision + this.#events.length;
    if (end !== revision) throw new Error(`History ends at revision ${end}, the state is at ${revision}`);
    const newest = new Map<string, StoreEvent>();
    for (const [index, event] of this.#events.entries()) {
      const expected = this.compactedRevision + index + 1;
      if (event.entry.revision !== expected) throw new Error(`Revision ${expected} is missing`);
      newest.set(event.entry.key, event);
    }
    for (const entry of current) {
      const event = newest.get(entry.key);
      newest.delete(entry.key);
      const isSame = event ? event.type === "put" && event.entry === entry : entry.revision <= this.compactedRevision;
      if (!isSame) throw new Error(`The state of "${entry.key}" is not what its history says`);
    }
    for (const [key, event] of newest) {
      if (event.type === "put") throw new Error(`The state lacks "${key}"`);
    }
  }

  [Symbol.dispose](): void {
    this.#events = [];
  }

  #between(after: number, upTo?: number): StoreEvent[] {
    const start = this.compactedRevision;
    return this.#events.slice(after - start, upTo === undefined ? undefined : upTo - start);
  }
}
