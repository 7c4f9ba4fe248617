import { isApiError } from "../../api/api-error.ts";
import { pods as podResource } from "../../api/resources.ts";
import { CONFIG_HASH, CONFIG_MIRROR, isMirrorPod } from "../../api/static-pod.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import type { Client } from "../../client/client.ts";
import type { Informer } from "../../client/informer.ts";
import { keyOf } from "../../client/object-key.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import { Backoff } from "../../lib/time/backoff.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";
import { PodStatusWriter } from "../pod/pod-status-writer.ts";
import type { PodWorkers } from "../pod/pod-workers.ts";
import { MirrorStatus } from "./mirror-status.ts";
import { StaticPodFolder } from "./static-pod-folder.ts";

export interface StaticPodsOptions {
  readonly path: string;
  readonly nodeName: string;
  readonly client: Client;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly workers: PodWorkers;
  readonly clock: Clock;
  readonly log: Logger;
}

interface StaticPod {
  readonly pod: Pod;
  readonly status: MirrorStatus;
}

const RETRY = { initialMs: 200, maxMs: 20_000, factor: 2, jitter: 0.2 };

/**
 * Runs the pods of a folder, and keeps a mirror pod of each in the API. Who deletes the mirror sees it again; what is in the folder
 * decides what runs. A changed file is another pod: it starts when the one before has ended.
 */
export class StaticPods implements AsyncDisposable {
  readonly #options: StaticPodsOptions;
  readonly #folder: StaticPodFolder;
  readonly #tasks: BackgroundTasks;
  /** What the folder has, by `namespace/name`. */
  #wanted = new Map<string, Pod>();
  readonly #running = new Map<string, StaticPod>();
  /** Keys whose mirror pod is being looked after. */
  readonly #mirroring = new Set<string>();
  #stopFollowing: (() => void) | undefined;

  constructor(options: StaticPodsOptions) {
    this.#options = options;
    this.#folder = new StaticPodFolder(options);
    this.#tasks = new BackgroundTasks(options.log);
  }

  /** Starts what is in the folder now: before the node looks for what nobody wants any more. */
  async start(): Promise<void> {
    await this.#read();
    const look = (pod: Pod): void => {
      if (isMirrorPod(pod) && pod.spec?.nodeName === this.#options.nodeName) this.#mirror(keyOf(pod));
    };
    this.#stopFollowing = this.#options.pods.onChange({ added: look, updated: look, deleted: look });
    this.#tasks.run("Following the folder of static pods", (signal) => this.#folder.follow(() => this.#read(), signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopFollowing?.();
    await this.#tasks.stop();
  }

  async #read(): Promise<void> {
    const { workers } = this.#options;
    this.#wanted = new Map((await this.#folder.read()).map((pod) => [keyOf(pod), pod]));
    for (const [key, { pod }] of this.#running) {
      if (this.#wanted.get(key)?.metadata.uid !== pod.metadata.uid) workers.forgetStatic(pod, () => this.#ended(key));
    }
    for (const [key, pod] of this.#wanted) if (!this.#running.has(key)) this.#run(key, pod);
  }

  #run(key: string, pod: Pod): void {
    const { client, clock, log, workers, pods } = this.#options;
    const { signal } = this.#tasks;
    const status = new MirrorStatus(() => new PodStatusWriter({ client, clock, log, signal }));
    this.#running.set(key, { pod, status });
    // An agent that came before this one has told how far the pod was.
    const mirror = pods.get(key);
    const isSame = mirror?.metadata.annotations?.[CONFIG_MIRROR] === pod.metadata.annotations?.[CONFIG_HASH];
    workers.takeStatic(isSame && mirror?.status ? { ...pod, status: mirror.status } : pod, status);
    this.#mirror(key);
  }

  /** The next content of the file may start now. */
  #ended(key: string): void {
    this.#running.delete(key);
    const next = this.#wanted.get(key);
    if (next && !this.#tasks.signal.aborted) this.#run(key, next);
    else this.#mirror(key);
  }

  /** Sees to it that the API has the right mirror pod under a key. */
  #mirror(key: string): void {
    const { pods } = this.#options;
    const found = pods.get(key);
    const running = this.#running.get(key);
    const mirror = found && running && isMirrorOf(found, running.pod) ? found : undefined;
    running?.status.follow(mirror);
    if (mirror || (!running && !found) || this.#mirroring.has(key) || this.#tasks.signal.aborted) return;
    this.#mirroring.add(key);
    this.#tasks.run(`Mirror pod ${key}`, async (signal) => {
      try {
        await this.#mend(key, signal);
      } finally {
        this.#mirroring.delete(key);
      }
      this.#mirror(key);
    });
  }

  async #mend(key: string, signal: AbortSignal): Promise<void> {
    const { pods, clock, log } = this.#options;
    const backoff = new Backoff(RETRY);
    while (!signal.aborted) {
      const found = pods.get(key);
      const running = this.#running.get(key);
      if (found ? running && isMirrorOf(found, running.pod) : !running) return;
      try {
        // A pod of that name that is none of ours stays; upstream, too, has no mirror then.
        if (found && !isMirrorPod(found)) throw new Error("another pod has its name");
        if (found) await this.#delete(found);
        else if (running) await this.#create(running.pod);
        await pods.until(() => pods.get(key)?.metadata.uid !== found?.metadata.uid, signal);
      } catch (error) {
        if (signal.aborted) return;
        log.warn(`Cannot mend mirror pod ${key}: ${errorText(error)}`);
        await sleep(backoff.next(), { clock, signal }).catch(() => undefined);
      }
    }
  }

  async #create(pod: Pod): Promise<void> {
    const { client, nodes, nodeName } = this.#options;
    const uid = nodes.get(nodeName)?.metadata.uid;
    if (uid === undefined) throw new Error(`node ${nodeName} is not known yet`);
    const { uid: _uid, annotations, ...metadata } = pod.metadata;
    const { status: _status, ...rest } = pod;
    await client.resource(podResource).create({
      ...rest,
      metadata: {
        ...metadata,
        annotations: { ...annotations, [CONFIG_MIRROR]: annotations?.[CONFIG_HASH] ?? "" },
        ownerReferences: [{ apiVersion: "v1", kind: "Node", name: nodeName, uid, controller: true }],
      },
    });
  }

  async #delete({ metadata: { name = "", namespace, uid } }: Readonly<Pod>): Promise<void> {
    try {
      await this.#options.client
        .resource(podResource)
        .delete({ name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!isApiError(error, "NotFound") && !isApiError(error, "Conflict")) throw error;
    }
  }
}

/** One that is to be deleted is replaced. */
const isMirrorOf = ({ metadata }: Readonly<Pod>, pod: Readonly<Pod>): boolean =>
  metadata.deletionTimestamp === undefined &&
  metadata.annotations?.[CONFIG_MIRROR] === pod.metadata.annotations?.[CONFIG_HASH];
