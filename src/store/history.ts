import type { KeyValue, StoreEvent, WantedChanges } from "./store.ts";

/**
 * What a driver adds to the core in mvcc-store.ts: where committed changes are kept. The core holds the current state itself,
 * so a history is asked only for what was.
 *
 * Every method is synchronous, and is called with revisions that exist: the core has checked them.
 */
export interface History extends Disposable {
  /** The oldest revision whose state can still be rebuilt. */
  readonly compactedRevision: number;
  /** Makes the events durable, all of them or none. Throws StoreFullError when there is no room for them. */
  append(events: readonly StoreEvent[]): void;
  /** The changes under `prefix` with revisions in (`after`, `upTo`], oldest first. */
  events(prefix: string, after: number, upTo: number): StoreEvent[];
  /** The keys under `prefix` that changed after `revision`, and what each of them was at that revision. */
  changedSince(prefix: string, revision: number): Map<string, PastEntry>;
  /** Changes with keys in [`from`, `to`) and revisions in (compacted, `before`), the newest first. */
  changes(wanted: WantedChanges): StoreEvent[];
  /** When a revision that is remembered was written; undefined when nobody wrote that down. */
  writtenAt(revision: number): number | undefined;
  /** What everything takes that is kept, the present included. */
  sizeBytes(): number;
  /** From now on nothing before `revision` is asked for. */
  compact(revision: number): void;
  /** Does a small part of the work that `compact` left. False when nothing was left to do. */
  sweep(): boolean;
  /** Throws when what is kept contradicts itself or `current`. Reads everything: for tests. */
  verify(current: Iterable<KeyValue>, revision: number): void;
}

/** Undefined when the key was absent; otherwise the entry is read only when somebody wants it. */
export type PastEntry = (() => KeyValue) | undefined;
