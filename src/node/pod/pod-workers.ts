import { readdir } from "node:fs/promises";

import { podQos } from "../../api/pod-qos.ts";
import { nodes as nodeResource } from "../../api/resources.ts";
import { isMirrorPod } from "../../api/static-pod.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import type { Client } from "../../client/client.ts";
import type { EventRecorder } from "../../client/event-recorder.ts";
import type { Informer } from "../../client/informer.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import type { Logger } from "../../lib/logger.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";
import type { EvictablePod } from "../eviction/candidates.ts";
import { type PressureCondition, pressureRejection } from "../eviction/node-pressure.ts";
import { extractImage, type ImageContent } from "../images/image-content.ts";
import type { ImagePuller } from "../images/image-puller.ts";
import type { PodAddresses } from "../ipam.ts";
import type { NodeFacts } from "../node-facts.ts";
import type { PodDialer } from "../pod-dialer.ts";
import { PodProbes } from "../probes/pod-probes.ts";
import type { ProbeCounts } from "../probes/probe-counts.ts";
import type { ReferencedObjects } from "../referenced-objects.ts";
import { RuntimeSnapshots } from "../runtime-snapshots.ts";
import type {
  ContainerRecord,
  ContainerRuntime,
  PodIdentity,
  RuntimeEvent,
  RuntimeListener,
  RuntimeState,
} from "../runtime/runtime.ts";
import type { ServiceAccountTokens } from "../service-account-tokens.ts";
import type { ClaimedVolumes } from "../volumes/claimed-volume.ts";
import type { HostMount } from "../volumes/host-mount.ts";
import { removeUnmounted } from "../volumes/mount-points.ts";
import { lackingResource, type PodRejection, podRejection } from "./pod-admission.ts";
import { podDirectory } from "./pod-directory.ts";
import type { PodExecutor } from "./pod-executor.ts";
import { type PodStatusSink, PodStatusWriter } from "./pod-status-writer.ts";
import { podReference, podText } from "./pod-text.ts";
import { PodVolumes } from "./pod-volumes.ts";
import { PodWorker } from "./pod-worker.ts";
import { StorageLimits } from "./storage-limits.ts";

export interface PodWorkersOptions {
  readonly client: Client;
  readonly runtime: ContainerRuntime;
  readonly dialer: PodDialer;
  readonly executor: PodExecutor;
  readonly images: ImagePuller;
  readonly addresses: PodAddresses;
  readonly objects: ReferencedObjects;
  readonly tokens: ServiceAccountTokens;
  readonly claims: ClaimedVolumes;
  readonly hostMounts: () => readonly HostMount[];
  readonly events: EventRecorder;
  readonly facts: NodeFacts;
  readonly nodes: Informer<Node>;
  readonly podsDirectory: string;
  readonly probeCounts: ProbeCounts;
  /** What the node is low on. */
  readonly pressures: () => ReadonlySet<PressureCondition>;
  /** Told when the engine goes away, and when it is back. */
  readonly onEngine: (isUp: boolean) => void;
  /** Told when a container runs that did not before. */
  readonly onStarted: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A safety net only: the engine tells what happens, and when it could not. */
const RELIST_MS = 10 * 60_000;

/** One worker for each pod of the node, whether the API has it or only the engine still does. */
export class PodWorkers implements AsyncDisposable {
  readonly #options: PodWorkersOptions;
  readonly #workers = new Map<string, PodWorker>();
  /** Pods that wait for room to grow, as the API has them. */
  readonly #pendingResizes = new Map<string, Readonly<Pod>>();
  readonly #snapshots: RuntimeSnapshots;
  readonly #tasks: BackgroundTasks;
  /** What to do when a static pod is gone, by its uid. */
  readonly #onStaticEnded = new Map<string, () => void>();
  /** What the engine had at the start, and nobody has asked for yet. */
  #found = new Map<string, PodRecords>();
  #stopFollowing: (() => void) | undefined;

  constructor(options: PodWorkersOptions) {
    this.#options = options;
    this.#snapshots = new RuntimeSnapshots(options.runtime);
    this.#tasks = new BackgroundTasks(options.log);
  }

  /**
   * Takes over what the engine has, then follows the pods and the engine. The informer must have synced. `takeStatic` brings pods that are
   * not the API's, before what belongs to nobody is removed.
   */
  async start(pods: Informer<Pod>, takeStatic: () => Promise<void>): Promise<void> {
    const { runtime, addresses, clock } = this.#options;
    // Watch before listing, or what happens between the two is lost.
    const early: RuntimeEvent[] = [];
    let onEvent = (event: RuntimeEvent): void => void early.push(event);
    const listener: RuntimeListener = {
      onEvent: (event) => {
        if (event.type === "started") this.#options.onStarted();
        onEvent(event);
      },
      onLost: () => this.#options.onEngine(false),
      onGap: () => {
        this.#options.onEngine(true);
        this.#tellGap();
      },
    };
    runtime.watch(listener, this.#tasks.signal);
    const found = await runtime.list();
    for (const { pod, ip, isRunning } of found.sandboxes)
      if (ip !== undefined && isRunning) addresses.adopt(pod.uid, ip);
    this.#found = recordsOfPods(found);
    await takeStatic();
    this.#stopFollowing = pods.onChange({
      added: (pod) => this.#take(pod),
      updated: (pod) => this.#take(pod),
      deleted: (pod) => this.#workers.get(pod.metadata.uid ?? "")?.forget(pod),
    });
    for (const { identity, ...records } of this.#found.values()) this.#clearAway(identity, records);
    this.#found.clear();
    onEvent = (event) => this.#workers.get(event.pod.uid)?.tellEvent(event);
    for (const event of early) onEvent(event);
    this.#tasks.run("Removing what pods left behind", () => this.#removeOrphans());
    this.#tasks.run("Relisting the engine", async (signal) => {
      for (;;) {
        await sleep(RELIST_MS, { clock, signal });
        this.#tellGap();
      }
    });
  }

  /** A pod that the node runs by itself. Its status goes where it is said to. */
  takeStatic(pod: Pod, statuses: PodStatusSink): void {
    this.#admit(pod, this.#startWorker(pod, this.#recordsOf(pod), statuses));
  }

  /** Ends a static pod; `onEnded` is called when nothing of it is left. */
  forgetStatic(pod: Pod, onEnded: () => void): void {
    const { uid = "" } = pod.metadata;
    this.#onStaticEnded.set(uid, onEnded);
    this.#workers.get(uid)?.forget(pod);
  }

  /** A ConfigMap or Secret that the pod draws from is another one now. */
  tellObjectsChanged(uid: string): void {
    const worker = this.#workers.get(uid);
    worker?.volumes.refresh(worker.state.pod);
    worker?.retryNow();
  }

  /** Pods that the node could give up. */
  evictable(): EvictablePod[] {
    return [...this.#workers.values()]
      .filter(({ state }) => !state.ending)
      .map(({ state, volumes }) => ({
        pod: state.pod,
        containers: state.containers,
        pathOf: (name) => volumes.pathOf(name),
      }));
  }

  evict(podUid: string, message: string): void {
    this.#workers.get(podUid)?.evict(message, { isDisruption: true });
  }

  /** Every pod the node has, as it was last reported. */
  pods(): Readonly<Pod>[] {
    return [...this.#workers.values()].map((worker) => worker.reported);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopFollowing?.();
    await this.#tasks.stop();
    await Promise.all([...this.#workers.values()].map((worker) => worker[Symbol.asyncDispose]()));
  }

  #tellGap(): void {
    for (const worker of this.#workers.values()) worker.tellGap();
  }

  #take(pod: Pod): void {
    // A mirror pod only shows a static one.
    if (pod.spec?.nodeName !== this.#options.facts.nodeName || isMirrorPod(pod)) return;
    const { uid = "" } = pod.metadata;
    const known = this.#workers.get(uid);
    if (known) {
      known.volumes.refresh(pod);
      known.update(pod);
      return this.#resize(known, pod);
    }
    this.#admit(pod, this.#startWorker(pod, this.#recordsOf(pod), this.#newStatusWriter()));
  }

  #newStatusWriter(): PodStatusWriter {
    const { client, clock, log } = this.#options;
    return new PodStatusWriter({ client, clock, log, signal: this.#tasks.signal });
  }

  #recordsOf({ metadata: { uid = "" } }: Pod): RuntimeState {
    const records = this.#found.get(uid) ?? NO_RECORDS;
    this.#found.delete(uid);
    return records;
  }

  /** Grants a pod other resources if there is room for them. */
  #resize(worker: PodWorker, pod: Readonly<Pod>): void {
    const { uid = "" } = pod.metadata;
    this.#pendingResizes.delete(uid);
    if (!worker.needsResize(pod)) return worker.forgetResize();
    const lacking = lackingResource(pod, this.#accepted(worker), this.#options.facts.allocatable);
    if (!lacking) return worker.resize(pod);
    this.#pendingResizes.set(uid, pod);
    worker.deferResize(pod, lacking.message);
  }

  /** The oldest wish first. */
  #retryResizes(): void {
    // Those that still wait are put at the end again.
    const waiting = [...this.#pendingResizes];
    for (const [uid, pod] of waiting) {
      const worker = this.#workers.get(uid);
      if (worker) this.#resize(worker, pod);
      else this.#pendingResizes.delete(uid);
    }
  }

  #accepted(except: PodWorker): Readonly<Pod>[] {
    return [...this.#workers.values()]
      .filter((other) => other !== except && !other.state.ending)
      .map(({ state }) => state.pod);
  }

  #admit(pod: Pod, worker: PodWorker): void {
    const { facts, client, nodes } = this.#options;
    // Accepted before, by this agent or an earlier one: it stays.
    if (pod.status?.startTime !== undefined) return worker.accept();
    const known = nodes.get(facts.nodeName);
    const rejection = known && this.#rejection(pod, worker, known);
    if (known && rejection?.reason !== "NodeAffinity") return this.#conclude(pod, worker, rejection);
    // The pod may have come faster than the label it asks for.
    this.#tasks.run(`Admission of pod ${podText(pod)}`, async () => {
      try {
        const fresh = await client.resource(nodeResource).get({ name: facts.nodeName });
        this.#conclude(pod, worker, this.#rejection(pod, worker, fresh));
      } catch (error) {
        this.#conclude(pod, worker, rejection);
        throw error;
      }
    });
  }

  #rejection(pod: Pod, worker: PodWorker, node: Node): PodRejection | undefined {
    const pressed = pressureRejection(pod, podQos(pod), this.#options.pressures());
    if (pressed) return pressed;
    return podRejection(pod, this.#accepted(worker), node, this.#options.facts);
  }

  #conclude(pod: Pod, worker: PodWorker, rejection: PodRejection | undefined): void {
    if (!rejection) return worker.accept();
    const { reason, message } = rejection;
    this.#options.events.record(podReference(pod), "Warning", reason, message);
    worker.fail(reason, `Pod was rejected: ${message}`);
  }

  /** What runs for a pod that was deleted while no agent looked must end. */
  #clearAway({ uid, name, namespace }: PodIdentity, records: RuntimeState): void {
    const pod: Pod = { apiVersion: "v1", kind: "Pod", metadata: { uid, name, namespace } };
    this.#startWorker(pod, records, this.#newStatusWriter()).forget(pod);
  }

  #startWorker(pod: Pod, records: RuntimeState, statuses: PodStatusSink): PodWorker {
    const { client, runtime, dialer, executor, objects, tokens, claims, hostMounts, events, facts } = this.#options;
    const { podsDirectory, probeCounts, images, clock, log } = this.#options;
    const extract = (of: Readonly<Pod>, content: ImageContent) => extractImage({ images, runtime }, of, content);
    const { uid = "" } = pod.metadata;
    const directory = podDirectory(podsDirectory, uid);
    const files = { directory, downward: (): PodWorker["downward"] => worker.downward };
    const worker: PodWorker = new PodWorker(pod, records, {
      client,
      executor,
      statuses,
      events,
      facts,
      clock,
      log,
      directory,
      volumes: new PodVolumes({
        pod,
        ...files,
        objects,
        tokens,
        claims,
        hostMounts,
        extractImage: extract,
        clock,
        log,
      }),
      limits: new StorageLimits(pod, {
        clock,
        log,
        pathOf: (name) => worker.volumes.pathOf(name),
        writtenBy: () => writtenBy(runtime, worker.state.containers),
        onExceeded: (message) => worker.evict(message, { isDisruption: false }),
      }),
      probes: new PodProbes({
        runtime,
        dialer,
        events,
        clock,
        log,
        podIp: () => worker.downward.podIp,
        counts: probeCounts,
        onResults: (id, results) => worker.tellProbes(id, results),
      }),
      freshRecords: () => this.#snapshots.fresh(),
      onResized: () => this.#retryResizes(),
      onStopped: () => this.#giveBack(uid),
      onGone: () => this.#remove(uid, directory.path),
    });
    this.#workers.set(uid, worker);
    return worker;
  }

  async #giveBack(uid: string): Promise<void> {
    this.#options.addresses.release(uid);
    this.#retryResizes();
    await this.#options.objects.release(uid);
  }

  async #remove(uid: string, directory: string): Promise<void> {
    this.#options.images.forget(uid);
    this.#options.probeCounts.forget(uid);
    await removeUnmounted(directory);
    this.#workers.delete(uid);
    this.#onStaticEnded.get(uid)?.();
    this.#onStaticEnded.delete(uid);
  }

  /** Directories of pods that went away while no agent looked. */
  async #removeOrphans(): Promise<void> {
    const { podsDirectory } = this.#options;
    for (const uid of await directoryNames(podsDirectory)) {
      if (!this.#workers.has(uid)) await removeUnmounted(podDirectory(podsDirectory, uid).path);
    }
  }
}

/** Earlier instances of a container count with it. */
async function writtenBy(
  runtime: ContainerRuntime,
  containers: readonly ContainerRecord[],
): Promise<ReadonlyMap<string, number>> {
  const written = new Map<string, number>();
  for (const { id, name } of containers) written.set(name, (written.get(name) ?? 0) + (await runtime.diskUsage(id)));
  return written;
}

interface PodRecords extends RuntimeState {
  readonly identity: PodIdentity;
}

const NO_RECORDS: RuntimeState = { sandboxes: [], containers: [] };

function recordsOfPods({ sandboxes, containers }: RuntimeState): Map<string, PodRecords> {
  const identities = new Map([...sandboxes, ...containers].map(({ pod }) => [pod.uid, pod]));
  return new Map(
    [...identities].map(([uid, identity]) => [
      uid,
      {
        identity,
        sandboxes: sandboxes.filter(({ pod }) => pod.uid === uid),
        containers: containers.filter(({ pod }) => pod.uid === uid),
      },
    ]),
  );
}

/** None when there is no such directory yet. */
async function directoryNames(path: string): Promise<string[]> {
  return await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}
