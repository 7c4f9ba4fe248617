import { podReferences } from "../api/pod-references.ts";
import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { configmaps, secrets } from "../api/resources.ts";
import type { ConfigMap, Pod, Secret } from "../api/types/core-v1.ts";
import { createInformer } from "../client/cached-informer.ts";
import type { Client } from "../client/client.ts";
import type { Informer } from "../client/informer.ts";
import type { Logger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";

export interface ReferencedObjectsOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  /** A ConfigMap or Secret that the pod draws from has come, changed or gone. */
  readonly onChange: (podUid: string) => void;
}

interface Followed<T extends KubeObject> {
  readonly informer: Informer<T>;
  readonly podUids: Set<string>;
}

/**
 * The ConfigMaps and Secrets that pods of this node draw from, and no others: each is watched by its name from its first
 * user's arrival to its last one's end.
 */
export class ReferencedObjects implements AsyncDisposable {
  readonly #configMaps: FollowedKind<ConfigMap>;
  readonly #secrets: FollowedKind<Secret>;

  constructor(options: ReferencedObjectsOptions) {
    this.#configMaps = new FollowedKind(configmaps, options);
    this.#secrets = new FollowedKind(secrets, options);
  }

  /** Resolves when everything the pod refers to is known: to be there, or not to be. */
  async follow(pod: Readonly<Pod>, signal: AbortSignal): Promise<void> {
    const references = podReferences(pod);
    const { uid = "", namespace = "" } = pod.metadata;
    await Promise.all([
      ...[...references.configMaps].map((name) => this.#configMaps.follow(uid, namespace, name, signal)),
      ...[...references.secrets].map((name) => this.#secrets.follow(uid, namespace, name, signal)),
    ]);
  }

  async release(podUid: string): Promise<void> {
    await Promise.all([this.#configMaps.release(podUid), this.#secrets.release(podUid)]);
  }

  configMap(namespace: string, name: string): ConfigMap | undefined {
    return this.#configMaps.get(namespace, name);
  }

  secret(namespace: string, name: string): Secret | undefined {
    return this.#secrets.get(namespace, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#configMaps.stop(), this.#secrets.stop()]);
  }
}

class FollowedKind<T extends KubeObject> {
  readonly #type: ResourceType<T>;
  readonly #options: ReferencedObjectsOptions;
  readonly #followed = new Map<string, Followed<T>>();

  constructor(type: ResourceType<T>, options: ReferencedObjectsOptions) {
    this.#type = type;
    this.#options = options;
  }

  async follow(podUid: string, namespace: string, name: string, signal: AbortSignal): Promise<void> {
    const key = `${namespace}/${name}`;
    const followed = this.#followed.get(key) ?? this.#start(key, namespace, name);
    followed.podUids.add(podUid);
    await followed.informer.synced(signal);
  }

  get(namespace: string, name: string): T | undefined {
    const key = `${namespace}/${name}`;
    return this.#followed.get(key)?.informer.get(key);
  }

  async release(podUid: string): Promise<void> {
    const unused = [...this.#followed].filter(([, { podUids }]) => podUids.delete(podUid) && podUids.size === 0);
    for (const [key] of unused) this.#followed.delete(key);
    await Promise.all(unused.map(([, { informer }]) => informer[Symbol.asyncDispose]()));
  }

  async stop(): Promise<void> {
    const all = [...this.#followed.values()];
    this.#followed.clear();
    await Promise.all(all.map(({ informer }) => informer[Symbol.asyncDispose]()));
  }

  #start(key: string, namespace: string, name: string): Followed<T> {
    const { client, clock, log, onChange } = this.#options;
    const selection = { namespace, fieldSelector: `metadata.name=${name}` };
    const informer = createInformer(client, this.#type, { clock, log, selection });
    const podUids = new Set<string>();
    const tell = (): void => {
      for (const uid of podUids) onChange(uid);
    };
    informer.onChange({ added: tell, updated: tell, deleted: tell });
    const followed = { informer, podUids };
    this.#followed.set(key, followed);
    return followed;
  }
}
