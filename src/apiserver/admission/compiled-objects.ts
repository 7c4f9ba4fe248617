import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import type { KeyValue, Store } from "../../store/store.ts";
import type { ObjectStorage } from "../objects/object-storage.ts";
import type { ServedResources } from "../served-resources.ts";

/** All objects of one kind as what is made of them; made once for each version of an object. */
export class CompiledObjects<T> {
  readonly #store: Store;
  readonly #storage: ObjectStorage;
  readonly #compile: (object: KubeObject) => T;
  #known = new Map<string, { readonly revision: number; readonly compiled: T }>();

  constructor(store: Store, resources: ServedResources, type: ResourceType, compile: (object: KubeObject) => T) {
    this.#store = store;
    this.#storage = resources.require(type).storage;
    this.#compile = compile;
  }

  /** By name. What was written before the call is in. */
  async all(): Promise<readonly T[]> {
    const { items } = await this.#store.range(this.#storage.prefix);
    if (items.length === 0) {
      if (this.#known.size > 0) this.#known = new Map();
      return [];
    }
    const known = this.#known;
    this.#known = new Map(items.map((entry) => [entry.key, this.#entry(entry, known.get(entry.key))]));
    return [...this.#known.values()].map(({ compiled }) => compiled);
  }

  #entry(entry: KeyValue, known: { readonly revision: number; readonly compiled: T } | undefined) {
    if (known?.revision === entry.revision) return known;
    return { revision: entry.revision, compiled: this.#compile(this.#storage.read(entry)) };
  }
}
