import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { BackgroundTasks } from "../lib/background.ts";
import type { Logger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";
import type { Client } from "./client.ts";
import type { Informer, InformerHandler } from "./informer.ts";
import { keyOf } from "./object-key.ts";
import { Reflector, type ReflectorTarget, type Selection } from "./reflector.ts";

export interface InformerOptions<T extends KubeObject> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly selection?: Selection | undefined;
  /** What is kept of an object, for who needs only a part of it. Must keep name, namespace and resourceVersion. */
  readonly keep?: ((object: T) => T) | undefined;
}

/** Starts to follow the objects of one kind. */
export function createInformer<T extends KubeObject>(
  client: Client,
  type: ResourceType<T>,
  options: InformerOptions<T>,
): Informer<T> {
  return new CachedInformer(client, type, options);
}

interface Index<T> {
  readonly valuesOf: (object: T) => readonly string[];
  readonly keysByValue: Map<string, Set<string>>;
}

class CachedInformer<T extends KubeObject> implements Informer<T>, ReflectorTarget<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #handlers = new Set<InformerHandler<T>>();
  readonly #synced = Promise.withResolvers<void>();
  readonly #tasks: BackgroundTasks;
  readonly #keep: (object: T) => T;
  readonly #waiting = new Set<() => void>();
  #hasSynced = false;
  #resourceVersion = 0;

  constructor(client: Client, type: ResourceType<T>, { clock, log, selection = {}, keep }: InformerOptions<T>) {
    this.#keep = keep ?? ((object) => object);
    this.#tasks = new BackgroundTasks(log);
    this.addIndex(NAMESPACE_INDEX, ({ metadata }) => (metadata.namespace === undefined ? [] : [metadata.namespace]));
    const reflector = new Reflector({ client, type, selection, target: this, clock, log });
    this.#tasks.run(`Informer of ${type.resource}`, (signal) => reflector.run(signal));
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  synced(signal?: AbortSignal): Promise<void> {
    return signal ? this.until(() => this.#hasSynced, signal) : this.#synced.promise;
  }

  until(isTrue: () => boolean, signal: AbortSignal): Promise<void> {
    if (isTrue()) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (isTrue()) resolve();
    };
    const onAbort = (): void => reject(new Error("Aborted", { cause: signal.reason }));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    this.#waiting.add(look);
    return promise.finally(() => {
      this.#waiting.delete(look);
      signal.removeEventListener("abort", onAbort);
    });
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(namespace?: string): readonly T[] {
    return namespace === undefined ? [...this.#objects.values()] : this.byIndex(NAMESPACE_INDEX, namespace);
  }

  byIndex(index: string, value: string): readonly T[] {
    const found = this.#indexes.get(index);
    if (!found) throw new Error(`No index "${index}" was added`);
    const objects: T[] = [];
    for (const key of found.keysByValue.get(value) ?? []) {
      const object = this.#objects.get(key);
      if (object) objects.push(object);
    }
    return objects;
  }

  addIndex(name: string, valuesOf: (object: T) => readonly string[]): void {
    if (this.#indexes.has(name)) return;
    const index: Index<T> = { valuesOf, keysByValue: new Map() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) addToIndex(index, key, object);
  }

  onChange(handler: InformerHandler<T>): () => void {
    this.#handlers.add(handler);
    for (const object of this.#objects.values()) handler.added?.(object);
    return () => this.#handlers.delete(handler);
  }

  replace(objects: readonly T[]): void {
    const gone = new Set(this.#objects.keys());
    for (const object of objects) {
      gone.delete(keyOf(object));
      this.upsert(object);
    }
    for (const key of gone) this.#removeKey(key);
    this.#hasSynced = true;
    this.#synced.resolve();
  }

  reached(resourceVersion: string): void {
    this.#resourceVersion = Number(resourceVersion);
    for (const look of this.#waiting) look();
  }

  upsert(received: T): void {
    const key = keyOf(received);
    const previous = this.#objects.get(key);
    if (previous?.metadata.resourceVersion === received.metadata.resourceVersion && previous) return;
    const object = this.#keep(received);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) {
      if (previous) removeFromIndex(index, key, previous);
      addToIndex(index, key, object);
    }
    if (!previous) return this.#tell((handler) => handler.added?.(object));
    if (previous.metadata.uid === object.metadata.uid) {
      return this.#tell((handler) => handler.updated?.(object, previous));
    }
    // Deleted and created again under the same name while nobody looked.
    this.#tell((handler) => handler.deleted?.(previous));
    this.#tell((handler) => handler.added?.(object));
  }

  remove(last: T): void {
    this.#removeKey(keyOf(last), this.#keep(last));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#tasks.stop();
  }

  #removeKey(key: string, last?: T): void {
    const previous = this.#objects.get(key);
    if (!previous) return;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) removeFromIndex(index, key, previous);
    this.#tell((handler) => handler.deleted?.(last ?? previous));
  }

  #tell(tell: (handler: InformerHandler<T>) => void): void {
    for (const handler of this.#handlers) tell(handler);
  }
}

const NAMESPACE_INDEX = "namespace";

function addToIndex<T>({ valuesOf, keysByValue }: Index<T>, key: string, object: T): void {
  for (const value of valuesOf(object)) {
    const keys = keysByValue.get(value);
    if (keys) keys.add(key);
    else keysByValue.set(value, new Set([key]));
  }
}

function removeFromIndex<T>({ valuesOf, keysByValue }: Index<T>, key: string, object: T): void {
  for (const value of valuesOf(object)) {
    const keys = keysByValue.get(value);
    keys?.delete(key);
    if (keys?.size === 0) keysByValue.delete(value);
  }
}
