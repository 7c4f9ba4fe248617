import type { KubeObject } from "../api/resource-type.ts";

/**
 * A local, always current copy of one kind, fed by list and watch. Objects in it are shared and must never be changed.
 * The copy is level-based: what happened between two looks is not told, except through handlers.
 */
export interface Informer<T extends KubeObject> extends AsyncDisposable {
  /** Resolves when the copy has been filled once. */
  synced(signal?: AbortSignal): Promise<void>;
  readonly hasSynced: boolean;
  /** How far the copy has come: it shows every write up to this resourceVersion. 0 before the first fill. */
  readonly resourceVersion: number;
  /** Resolves once `isTrue` holds; asked now and after every change. Rejects when the signal aborts. */
  until(isTrue: () => boolean, signal: AbortSignal): Promise<void>;
  /** `key` is `namespace/name`, or `name` for cluster-wide kinds. */
  get(key: string): T | undefined;
  list(namespace?: string): readonly T[];
  /** Objects for which an index function gave `value`. */
  byIndex(index: string, value: string): readonly T[];
  /** `valuesOf` says under which values an object is found. Add before the first use. */
  addIndex(index: string, valuesOf: (object: T) => readonly string[]): void;
  /** Handlers run synchronously and must not throw. A new handler is told `added` for everything present. Returns how to remove it. */
  onChange(handler: InformerHandler<T>): () => void;
}

export interface InformerHandler<T> {
  added?(object: T): void;
  /** Called for real changes only: the resourceVersion differs. */
  updated?(object: T, previous: T): void;
  deleted?(last: T): void;
}
