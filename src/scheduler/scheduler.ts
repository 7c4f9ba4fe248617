import { isApiError } from "../api/api-error.ts";
import { isPodFinished, podCondition } from "../api/pod-readiness.ts";
import { bindings, namespaces, nodes, poddisruptionbudgets, pods } from "../api/resources.ts";
import type { Binding, Namespace, Pod, PodCondition } from "../api/types/core-v1.ts";
import type { PodDisruptionBudget } from "../api/types/policy-v1.ts";
import type { Client, ResourceClient } from "../client/client.ts";
import { EventRecorder } from "../client/event-recorder.ts";
import type { InformerFactory } from "../client/informer-factory.ts";
import type { Informer } from "../client/informer.ts";
import { BackgroundTasks } from "../lib/background.ts";
import { errorText, type Logger } from "../lib/logger.ts";
import { randomFraction } from "../lib/random.ts";
import { timestamp, type Clock } from "../lib/time/clock.ts";
import { DEFAULT_PROFILE, DEFAULT_SCHEDULER, type Profile } from "./configuration.ts";
import { LocalAnswers } from "./local-answers.ts";
import { NodeTable } from "./node-table.ts";
import { placement, type Placement } from "./placement.ts";
import type { ClusterChange, Plugin } from "./plugin.ts";
import { podFacts, type PodFacts, priorityOf } from "./pod-facts.ts";
import type { PodVolumes } from "./pod-volumes.ts";
import { preemption } from "./preemption.ts";
import { Preemptor } from "./preemptor.ts";
import { SchedulingQueue } from "./scheduling-queue.ts";
import { Siblings } from "./siblings.ts";
import { StorageTable } from "./storage-table.ts";
import { withPreemption } from "./unschedulable-message.ts";
import { VolumeBinder } from "./volume-binder.ts";

export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
  /** One for each schedulerName that is served. */
  readonly profiles?: readonly Profile[];
}

/** After this long the scheduler lets others have their turn. */
const LONGEST_TURN_MS = 5;

/** Starts to give every pod a node. */
export function startScheduler(options: SchedulerOptions): AsyncDisposable {
  return new Scheduler(options);
}

/**
 * One decision at a time, on a table of nodes that always shows all earlier decisions: a placement is assumed at once, and
 * written while the next pod is already being decided.
 */
class Scheduler implements AsyncDisposable {
  readonly #profiles: ReadonlyMap<string, ServedProfile>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #pods: ResourceClient<Pod>;
  readonly #bindings: ResourceClient<Binding>;
  readonly #tasks: BackgroundTasks;
  readonly #queue: SchedulingQueue;
  readonly #storage: StorageTable;
  readonly #volumes: VolumeBinder;
  readonly #preemptor: Preemptor;
  readonly #siblings: Siblings;
  readonly #budgets: Informer<PodDisruptionBudget>;
  readonly #table: NodeTable;
  readonly #answers = new LocalAnswers();
  readonly #stack = new AsyncDisposableStack();
  /** What ends the waiting of pods that have a node, but not yet their volumes. */
  readonly #waitingForVolumes = new Map<string, AbortController>();
  #isTurnPlanned = false;
  #start = 0;

  constructor({ client, informers, clock, log, profiles = [DEFAULT_PROFILE] }: SchedulerOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#pods = client.resource(pods);
    this.#bindings = client.resource(bindings);
    this.#storage = new StorageTable(informers);
    this.#volumes = new VolumeBinder(client, this.#storage, clock);
    this.#preemptor = new Preemptor(client, clock);
    this.#budgets = informers.informer(poddisruptionbudgets);
    this.#siblings = new Siblings(informers);
    this.#table = new NodeTable(this.#storage, (pod) => this.#siblings.selectorOf(pod));
    this.#profiles = new Map(
      profiles.map((profile) => {
        const events = this.#stack.use(new EventRecorder({ client, component: profile.schedulerName, clock, log }));
        return [profile.schedulerName, { ...profile, events }];
      }),
    );
    this.#tasks = this.#stack.use(new BackgroundTasks(log));
    this.#queue = new SchedulingQueue({ clock, plugins: pluginsOf(profiles), onReady: () => this.#planTurn() });
    this.#stack.defer(() => this.#queue.stop());
    this.#tasks.run("Scheduler", (signal) => this.#watch(informers, signal));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  async #watch(informers: InformerFactory, signal: AbortSignal): Promise<void> {
    const nodeInformer = informers.informer(nodes);
    const podInformer = informers.informer(pods);
    const namespaceInformer = informers.informer(namespaces);
    await Promise.all([
      ...[nodeInformer, podInformer, namespaceInformer, this.#budgets].map((informer) => informer.synced(signal)),
      this.#storage.synced(signal),
      this.#siblings.synced(signal),
    ]);
    this.#stack.defer(this.#storage.onChange((change) => this.#react(change)));
    const seeNamespace = ({ metadata }: Namespace): unknown =>
      this.#table.namespaces.set(metadata.name ?? "", metadata.labels);
    this.#stack.defer(
      namespaceInformer.onChange({
        added: seeNamespace,
        updated: seeNamespace,
        deleted: ({ metadata }) => this.#table.namespaces.delete(metadata.name ?? ""),
      }),
    );
    this.#stack.defer(
      nodeInformer.onChange({
        added: (node) => {
          this.#table.setNode(node);
          this.#react({ type: "node-added", node });
        },
        updated: (node, previous) => {
          this.#table.setNode(node);
          this.#react({ type: "node-updated", node, previous });
        },
        deleted: ({ metadata }) => this.#table.removeNode(metadata.name ?? ""),
      }),
    );
    this.#stack.defer(
      podInformer.onChange({
        added: (pod) => this.#see(pod, undefined),
        updated: (pod, previous) => this.#see(pod, previous),
        deleted: (pod) => this.#lose(pod),
      }),
    );
  }

  #see(pod: Pod, previous: Pod | undefined): void {
    if (isPodFinished(pod)) return this.#lose(pod);
    const nodeName = pod.spec?.nodeName ?? "";
    const isSame = previous !== undefined && concernsNobody(pod, previous);
    if (nodeName !== "") {
      if (isSame) return;
      this.#queue.remove(pod.metadata.uid ?? "");
      this.#table.setPod(podFacts(pod), nodeName);
      this.#react({ type: "pod-assigned", pod });
    } else if (!mayBeScheduled(pod) || !this.#profiles.has(schedulerOf(pod))) {
      this.#queue.remove(pod.metadata.uid ?? "");
      this.#table.withdrawNomination(pod.metadata.uid ?? "");
    } else {
      this.#followNomination(pod, previous);
      // Our own note that it found no node must not make it be tried again.
      if (isSame) this.#queue.refresh(pod);
      else this.#queue.set(podFacts(pod));
    }
  }

  /** Others may promise a pod room too; what we have promised counts before the API shows it. */
  #followNomination(pod: Pod, previous: Pod | undefined): void {
    const [nodeName, before] = [pod, previous].map((each) => each?.status?.nominatedNodeName);
    if (nodeName) this.#table.nominate(podFacts(pod), nodeName);
    else if (before) this.#table.withdrawNomination(pod.metadata.uid ?? "");
  }

  #lose(pod: Pod): void {
    const { uid = "" } = pod.metadata;
    this.#queue.remove(uid);
    this.#waitingForVolumes.get(uid)?.abort(new Error("The pod is gone"));
    this.#table.removePod(uid);
    this.#table.withdrawNomination(uid);
    if (pod.spec?.nodeName) this.#react({ type: "pod-removed", pod });
  }

  #react(change: ClusterChange): void {
    this.#queue.react(change);
  }

  /** A turn of its own, so that pods created together are decided together and I/O goes on in between. */
  #planTurn(): void {
    if (this.#isTurnPlanned || this.#tasks.signal.aborted) return;
    this.#isTurnPlanned = true;
    setImmediate(() => {
      this.#isTurnPlanned = false;
      this.#takeTurn();
    });
  }

  #takeTurn(): void {
    const end = this.#clock.now() + LONGEST_TURN_MS;
    while (!this.#tasks.signal.aborted) {
      const pod = this.#queue.take();
      if (!pod) return;
      this.#decide(pod);
      if (this.#clock.now() >= end) return this.#planTurn();
    }
  }

  #decide(pod: PodFacts): void {
    const { plugins, percentageOfNodesToScore } = this.#profileOf(pod);
    const decided = placement(pod, this.#table, {
      plugins,
      percentageOfNodesToScore,
      start: this.#start,
      random: randomFraction,
      nominatedNode: this.#table.nominationOf(pod.uid),
      answers: this.#answers,
    });
    if (decided.outcome === "unschedulable") return this.#giveUp(pod, decided);
    this.#start = decided.nextStart;
    this.#table.setPod(pod, decided.nodeName);
    if (decided.volumes) this.#volumes.assume(decided.volumes, decided.nodeName);
    const { namespace = "", name = "" } = pod.pod.metadata;
    this.#tasks.run(`Binding of pod ${namespace}/${name}`, (signal) => this.#bind(pod, decided, signal));
  }

  async #bind(facts: PodFacts, { nodeName, volumes }: Placed, signal: AbortSignal): Promise<void> {
    const { name = "", namespace = "", uid } = facts.pod.metadata;
    try {
      if (volumes) await this.#bindVolumes(facts, volumes, nodeName, signal);
      await this.#bindings.create({
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name, namespace, uid },
        target: { kind: "Node", name: nodeName },
      });
      this.#profileOf(facts).events.record(
        facts.pod,
        "Normal",
        "Scheduled",
        `Successfully assigned ${namespace}/${name} to ${nodeName}`,
      );
    } catch (error) {
      if (volumes) this.#volumes.forget(volumes);
      // What the informer has told meanwhile counts more: the pod may be gone, or on a node.
      if (!this.#queue.has(facts.uid)) return;
      this.#table.removePod(facts.uid);
      if (isApiError(error, "NotFound") || signal.aborted) return;
      this.#log.warn(`Cannot bind pod "${namespace}/${name}" to node "${nodeName}": ${errorText(error)}`);
      this.#profileOf(facts).events.record(facts.pod, "Warning", "FailedScheduling", bindingFailure(error));
      this.#queue.retry(facts.uid);
    }
  }

  /** Until the pod is gone, should that come first. */
  async #bindVolumes(facts: PodFacts, volumes: PodVolumes, nodeName: string, signal: AbortSignal): Promise<void> {
    if (volumes.bindings.length + volumes.provisions.length === 0) return;
    const gone = new AbortController();
    this.#waitingForVolumes.set(facts.uid, gone);
    try {
      await this.#volumes.bind(volumes, nodeName, AbortSignal.any([signal, gone.signal]));
    } catch (error) {
      throw new VolumeBindingFailure(errorText(error));
    } finally {
      this.#waitingForVolumes.delete(facts.uid);
    }
  }

  #profileOf({ pod }: PodFacts): ServedProfile {
    const profile = this.#profiles.get(schedulerOf(pod));
    if (!profile) throw new Error(`Pod "${pod.metadata.name ?? ""}" was queued for a scheduler that is not served`);
    return profile;
  }

  /** For now: unless less important pods can make room. */
  #giveUp(facts: PodFacts, { message, rejectedBy, rejections }: Unschedulable): void {
    this.#queue.park(facts.uid, rejectedBy);
    if (this.#table.nodes.length === 0) return this.#tell(facts, message);
    const nominatedNode = this.#table.nominationOf(facts.uid);
    const decided = preemption(facts, this.#table, {
      plugins: this.#profileOf(facts).plugins,
      rejections,
      budgets: this.#budgets.list(),
      nominatedNode,
      random: randomFraction,
      nowMs: this.#clock.now(),
    });
    if (decided.outcome === "none") {
      if (!decided.keepsNomination) this.#table.withdrawNomination(facts.uid);
      const kept = decided.keepsNomination ? nominatedNode : undefined;
      return this.#tell(facts, withPreemption(message, decided.message), kept);
    }
    const { nodeName, victims } = decided;
    const displaced = this.#table.nominatedOn(nodeName).filter((other) => priorityOf(other) < priorityOf(facts));
    for (const { uid } of displaced) this.#table.withdrawNomination(uid);
    this.#table.nominate(facts, nodeName);
    this.#tell(facts, message, nodeName);
    const { namespace = "", name = "" } = facts.pod.metadata;
    this.#tasks.run(`Preemption for pod ${namespace}/${name}`, async () => {
      try {
        await Promise.all(displaced.map(({ pod }) => this.#preemptor.withdraw(pod)));
        await this.#preemptor.evict(victims, facts.pod, nodeName, this.#profileOf(facts).events);
      } catch (error) {
        this.#log.warn(`Cannot make room for pod "${namespace}/${name}" on node "${nodeName}": ${errorText(error)}`);
        this.#queue.tryNow(facts.uid);
      }
    });
  }

  #tell(facts: PodFacts, message: string, nominatedNode?: string): void {
    const { pod } = facts;
    this.#profileOf(facts).events.record(pod, "Warning", "FailedScheduling", message);
    const current = podCondition(pod, "PodScheduled");
    const isTold = current?.reason === "Unschedulable" && current.message === message;
    if (isTold && pod.status?.nominatedNodeName === nominatedNode) return;
    const { name = "", namespace = "" } = pod.metadata;
    this.#tasks.run(`Status of pod ${namespace}/${name}`, () => this.#tellUnschedulable(pod, message, nominatedNode));
  }

  async #tellUnschedulable(pod: Pod, message: string, nominatedNode?: string): Promise<void> {
    const { name = "", namespace, uid, generation } = pod.metadata;
    const current = podCondition(pod, "PodScheduled");
    const condition: PodCondition = {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastTransitionTime: current?.status === "False" ? current.lastTransitionTime : timestamp(this.#clock.now()),
    };
    const patch = {
      metadata: { uid },
      status: { conditions: [condition], nominatedNodeName: nominatedNode ?? null },
    };
    try {
      await this.#pods.patch({ name, namespace }, patch, { type: "strategic", subresource: "status" });
    } catch (error) {
      // Deleted, or deleted and created again, while we thought about it.
      if (!isApiError(error, "NotFound") && !isApiError(error, "Conflict")) throw error;
    }
  }
}

type Unschedulable = Extract<Placement, { outcome: "unschedulable" }>;
interface ServedProfile extends Profile {
  readonly events: EventRecorder;
}

const schedulerOf = ({ spec }: Pod): string => spec?.schedulerName || DEFAULT_SCHEDULER;

/** Each once, however many profiles have it: what helps a pod is the same in all of them. */
const pluginsOf = (profiles: readonly Profile[]): readonly Plugin[] => [
  ...new Map(profiles.flatMap(({ plugins }) => plugins.map((plugin) => [plugin.name, plugin]))).values(),
];

type Placed = Extract<Placement, { outcome: "placed" }>;

class VolumeBindingFailure extends Error {
  override readonly name = "VolumeBindingFailure";
}

/** In upstream's words for the step that failed. */
const bindingFailure = (error: unknown): string =>
  error instanceof VolumeBindingFailure
    ? `running PreBind plugin "VolumeBinding": ${error.message}`
    : `binding rejected: ${errorText(error)}`;

/** Whether a change is none for scheduling: neither of what the pod wants nor of what others see of it. */
function concernsNobody(pod: Pod, previous: Pod): boolean {
  return (
    pod.metadata.deletionTimestamp === previous.metadata.deletionTimestamp &&
    Bun.deepEquals(pod.spec, previous.spec) &&
    Bun.deepEquals(pod.metadata.labels, previous.metadata.labels)
  );
}

/** Still wanted, and not held back. */
function mayBeScheduled({ metadata, spec }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && (spec?.schedulingGates ?? []).length === 0;
}
