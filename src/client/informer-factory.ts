import { apiVersionOf, type KubeObject, type ResourceType } from "../api/resource-type.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { createInformer } from "./cached-informer.ts";
import type { Client } from "./client.ts";
import type { Informer } from "./informer.ts";

export interface InformerFactoryOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Applied to every object before it is shared: tests freeze them. */
  readonly keep?: <T extends KubeObject>(object: T) => T;
}

/** One informer per kind, shared by everyone who asks for it, started when first asked for. */
export class InformerFactory implements AsyncDisposable {
  readonly #informers = new Map<string, Informer<KubeObject>>();
  readonly #client: Client;
  readonly #options: InformerFactoryOptions;

  constructor(client: Client, options: InformerFactoryOptions) {
    this.#client = client;
    this.#options = options;
  }

  informer<T extends KubeObject>(type: ResourceType<T>): Informer<T> {
    const key = `${apiVersionOf(type)}/${type.resource}`;
    const known = this.#informers.get(key);
    // The key names the resource, and the resource decides the type of its objects.
    if (known) return known as unknown as Informer<T>;
    const informer = createInformer<T>(this.#client, type, this.#options);
    this.#informers.set(key, informer);
    return informer;
  }

  /** Resolves when every informer asked for so far has been filled once. */
  async synced(signal?: AbortSignal): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.synced(signal)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer[Symbol.asyncDispose]()));
    this.#informers.clear();
  }
}
