/**
 * The contract of a store: a revisioned key-value store with etcd's guarantees.
 *
 * - One global revision. Every successful write raises it by exactly one; a failed write does not.
 * - A write that was acknowledged survives SIGKILL and, with the default durability, power loss.
 * - Readers see committed writes only, and a reader that was told revision N sees everything up to N.
 * - Watchers see every committed change of their prefix once, in revision order, without gaps.
 * - Expected outcomes (the key is there, the revision is another) are return values; errors are for what nobody expected:
 *   CompactedError, FutureRevisionError, StoreFullError, and damage.
 *
 * The store knows keys and bytes and nothing of what they mean. Keys are ASCII, so that their order is the same everywhere.
 */
export interface Store extends AsyncDisposable {
  /** The newest committed revision. A new store starts at 1, so that "0" and "" stay free for their meanings in the API. */
  revision(): Promise<number>;
  /** The oldest revision that can still be read or watched from. */
  compactedRevision(): Promise<number>;
  get(key: string, options?: { readonly revision?: number }): Promise<KeyValue | undefined>;
  /** Keys that start with `prefix`, in byte order. */
  range(prefix: string, options?: RangeOptions): Promise<RangeResult>;
  /** How many keys start with `prefix` now. */
  count(prefix: string): Promise<number>;
  create(key: string, value: ValueAt, by?: string): Promise<CreateResult>;
  /** Replaces the value if the key's revision is still `expected`. */
  update(key: string, expected: number, value: ValueAt, by?: string): Promise<WriteResult>;
  /** Deletes the key if its revision is still `expected`. The event carries `value`: the last state, at the revision of the deletion. */
  delete(key: string, expected: number, value: ValueAt, by?: string): Promise<WriteResult>;
  /**
   * Calls `onEvents` with every change under `prefix` after revision `after`, oldest first, starting with history.
   * Throws CompactedError if that history is gone, FutureRevisionError if it has not happened. Listeners run synchronously
   * after each commit and must not block. No event comes before the caller had its turn to take the watch. A listener that
   * throws has lost events, so its watch ends with what it threw.
   */
  watch(prefix: string, after: number, listener: WatchListener): Promise<Watch>;
  /** What changed, the newest first, as far as it is remembered. */
  changes(wanted: WantedChanges): Promise<readonly StoreEvent[]>;
  /** The newest revision that was there at a time; undefined when that is forgotten. */
  revisionAt(time: number): Promise<number | undefined>;
  /** What the memory of old revisions takes, roughly. */
  historySize(): Promise<HistorySize>;
  /** Forgets history before `revision`; current values stay. Works in small steps and does not block writers for long. */
  compact(revision: number): Promise<void>;
}

/** Values carry their own revision, so the bytes are made once the revision of the write is known. Must be pure and quick. */
export type ValueAt = (revision: number) => Uint8Array;

export interface KeyValue {
  readonly key: string;
  /** Never changed by anyone: the same bytes are shared by all readers. */
  readonly value: Uint8Array;
  readonly createRevision: number;
  readonly revision: number;
}

export interface RangeOptions {
  /** Read the state as it was at this revision. */
  readonly revision?: number;
  readonly limit?: number;
  /** Start strictly after this key. */
  readonly after?: string;
}

export interface RangeResult {
  readonly items: readonly KeyValue[];
  /** The revision this answer shows. */
  readonly revision: number;
  /** How many more keys there are behind the last one returned. */
  readonly remaining: number;
}

export type CreateResult =
  | { readonly outcome: "written"; readonly entry: KeyValue }
  | { readonly outcome: "exists"; readonly current: KeyValue };

export type WriteResult =
  | { readonly outcome: "written"; readonly entry: KeyValue }
  | { readonly outcome: "conflict"; readonly current: KeyValue }
  | { readonly outcome: "missing" };

export type StoreEvent = (
  | { readonly type: "put"; readonly entry: KeyValue; readonly previous: KeyValue | undefined }
  | { readonly type: "delete"; readonly entry: KeyValue; readonly previous: KeyValue }
) &
  ChangeOrigin;

/** Absent in what an older program wrote. */
interface ChangeOrigin {
  /** When, in milliseconds since 1970. */
  readonly at?: number | undefined;
  /** Whoever the writer said it is. */
  readonly by?: string | undefined;
}

export interface WantedChanges {
  /** Keys from this one on ... */
  readonly from: string;
  /** ... and before this one. */
  readonly to: string;
  /** Only revisions below it. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface HistorySize {
  readonly bytes: number;
  /** When the oldest revision that is remembered was written; undefined when nothing is remembered, or nobody knows. */
  readonly oldestAt: number | undefined;
}

export interface WatchListener {
  onEvents(events: readonly StoreEvent[]): void;
  /** The watch ended by itself: the store closes, or its history was lost. */
  onEnd(reason: Error): void;
}

export interface Watch {
  close(): void;
}

/** The revision asked for has been forgotten. */
export class CompactedError extends Error {
  readonly requested: number;
  readonly compacted: number;

  constructor(requested: number, compacted: number) {
    super(`Revision ${requested} has been compacted: the oldest is ${compacted}`);
    this.name = "CompactedError";
    this.requested = requested;
    this.compacted = compacted;
  }
}

/** The revision asked for has not happened yet. */
export class FutureRevisionError extends Error {
  readonly requested: number;
  readonly current: number;

  constructor(requested: number, current: number) {
    super(`Revision ${requested} is in the future: the newest is ${current}`);
    this.name = "FutureRevisionError";
    this.requested = requested;
    this.current = current;
  }
}

/** The disk is full: nothing was written, reads go on, and writes succeed again when there is room. */
export class StoreFullError extends Error {
  constructor(options?: { cause?: unknown }) {
    super("The disk is full", options);
    this.name = "StoreFullError";
  }
}
