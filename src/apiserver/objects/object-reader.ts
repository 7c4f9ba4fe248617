import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { Store } from "../../store/store.ts";
import type { ServedResources } from "../served-resources.ts";

/** What parts of the server that decide about requests may look up: always the newest state, straight from the store. */
export class ObjectReader {
  readonly #store: Store;
  readonly #resources: ServedResources;
  readonly #clock: Clock;

  constructor(parts: { readonly store: Store; readonly resources: ServedResources; readonly clock: Clock }) {
    this.#store = parts.store;
    this.#resources = parts.resources;
    this.#clock = parts.clock;
  }

  /** `namespace` is empty for cluster-wide resources. Shared: must not be changed. */
  async find<T extends KubeObject>(type: ResourceType<T>, namespace: string, name: string): Promise<T | undefined> {
    const { storage } = this.#resources.require(type);
    const entry = await this.#store.get(storage.key(namespace, name));
    // The resource holds objects of its type.
    return entry && (storage.read(entry) as T);
  }

  async list<T extends KubeObject>(type: ResourceType<T>, namespace = ""): Promise<readonly T[]> {
    const { storage } = this.#resources.require(type);
    const { items } = await this.#store.range(storage.keyPrefix(namespace));
    // The resource holds objects of its type.
    return items.map((entry) => storage.read(entry) as T);
  }

  /** As `find`, but gives somebody else the time to create the object. */
  async waitFor<T extends KubeObject>(
    type: ResourceType<T>,
    namespace: string,
    name: string,
    timeoutMs: number,
  ): Promise<T | undefined> {
    const present = await this.find(type, namespace, name);
    if (present) return present;
    const { storage } = this.#resources.require(type);
    const { promise, resolve } = Promise.withResolvers<void>();
    // Changes behind this revision wake us; what came before it is found by the look after the wait.
    const watch = await this.#store.watch(storage.key(namespace, name), await this.#store.revision(), {
      onEvents: () => resolve(),
      onEnd: () => resolve(),
    });
    using _timer = this.#clock.setTimeout(resolve, timeoutMs);
    const created = await this.find(type, namespace, name);
    if (!created) await promise;
    watch.close();
    return created ?? this.find(type, namespace, name);
  }
}
