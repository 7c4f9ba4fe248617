import { apiVersionOf, type KubeObject, type ResourceType } from "../api/resource-type.ts";
import { BackgroundTasks } from "../lib/background.ts";
import type { Logger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";
import { createInformer } from "./cached-informer.ts";
import type { Client } from "./client.ts";
import type { Informer } from "./informer.ts";
import type { Selection } from "./reflector.ts";

export interface InformerFactoryOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Applied to every object before it is shared: tests freeze them. */
  readonly keep?: <T extends KubeObject>(object: T) => T;
}

/** One informer per kind (or selected part of a kind), shared by everyone who asks for it, started when first asked for. */
export class InformerFactory implements AsyncDisposable {
  readonly #informers = new Map<string, Informer<KubeObject>>();
  readonly #client: Client;
  readonly #options: InformerFactoryOptions;
  readonly #released: BackgroundTasks;

  constructor(client: Client, options: InformerFactoryOptions) {
    this.#client = client;
    this.#options = options;
    this.#released = new BackgroundTasks(options.log);
  }

  /** Of the whole kind, or of a part of it, which is then kept by itself. */
  informer<T extends KubeObject>(type: ResourceType<T>, selection: Selection = {}): Informer<T> {
    const known = this.#find(type, selection);
    if (known) return known;
    const informer = createInformer<T>(this.#client, type, { ...this.#options, selection });
    this.#informers.set(informerKey(type, selection), informer);
    return informer;
  }

  /** Of the whole kind, but keeping only what identifies objects, their owners and their deletion. */
  metadata(type: ResourceType): Informer<KubeObject> {
    const known = this.#informers.get(metadataKey(type));
    if (known) return known;
    const informer = createInformer(this.#client, type, { ...this.#options, keep: coreMetadata });
    this.#informers.set(metadataKey(type), informer);
    return informer;
  }

  /** Ends the informer of metadata of a kind that is served no more; whoever asks again gets a new one. */
  releaseMetadata(type: ResourceType): void {
    const key = metadataKey(type);
    const informer = this.#informers.get(key);
    if (!informer) return;
    this.#informers.delete(key);
    this.#released.run(`Informer of ${type.resource}`, async () => await informer[Symbol.asyncDispose]());
  }

  /** Everything that follows the whole kind. */
  following(type: ResourceType): readonly Informer<KubeObject>[] {
    const keys = [informerKey(type, {}), metadataKey(type)];
    return keys.flatMap((key) => this.#informers.get(key) ?? []);
  }

  /** Resolves when every informer asked for so far has been filled once. */
  async synced(signal?: AbortSignal): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.synced(signal)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer[Symbol.asyncDispose]()));
    this.#informers.clear();
    await this.#released.stop();
  }

  /** The informer, if anyone has asked for it yet. */
  #find<T extends KubeObject>(type: ResourceType<T>, selection: Selection = {}): Informer<T> | undefined {
    // The resource decides the type of its objects.
    return this.#informers.get(informerKey(type, selection)) as unknown as Informer<T> | undefined;
  }
}

const metadataKey = (type: ResourceType): string => `metadata|${informerKey(type, {})}`;

function coreMetadata({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, ownerReferences, finalizers, deletionTimestamp } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion, ownerReferences, finalizers, deletionTimestamp },
  };
}

const informerKey = (type: ResourceType, { namespace, labelSelector, fieldSelector }: Selection): string =>
  [apiVersionOf(type), type.resource, namespace, labelSelector, fieldSelector].join("|");
