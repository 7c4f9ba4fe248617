import { isApiError } from "../../api/api-error.ts";
import { pods } from "../../api/resources.ts";
import type { Pod, PodStatus } from "../../api/types/core-v1.ts";
import type { Client } from "../../client/client.ts";
import type { EventRecorder } from "../../client/event-recorder.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Clock, Timer } from "../../lib/time/clock.ts";
import type { DownwardContext } from "../container/downward-values.ts";
import type { PodProbes } from "../probes/pod-probes.ts";
import { isResized, resizeText } from "../resize/pod-resize.ts";
import { engineText, isRuntimeError } from "../runtime/runtime-error.ts";
import type { RuntimeEvent, RuntimeState } from "../runtime/runtime.ts";
import { removeUnmounted } from "../volumes/mount-points.ts";
import { BackoffEvents } from "./backoff-events.ts";
import type { PodAction } from "./pod-action.ts";
import type { PodExecutor } from "./pod-executor.ts";
import { PodLedger, type PodLedgerOptions } from "./pod-ledger.ts";
import { podPlan, type PodPlan } from "./pod-plan.ts";
import {
  containersNewestFirst,
  type PodState,
  type ProbeResults,
  sandboxesNewestFirst,
  type StartFailure,
} from "./pod-state.ts";
import type { PodStatusSink } from "./pod-status-writer.ts";
import { podStatus } from "./pod-status.ts";
import { podReference, podText } from "./pod-text.ts";
import type { PodVolumes } from "./pod-volumes.ts";
import type { StorageLimits } from "./storage-limits.ts";

export interface PodWorkerOptions extends PodLedgerOptions {
  readonly client: Client;
  readonly executor: PodExecutor;
  readonly statuses: PodStatusSink;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly probes: PodProbes;
  readonly limits: StorageLimits;
  /** What the engine has now, asked after the call. */
  readonly freshRecords: () => Promise<RuntimeState>;
  /** The pod may have given back some of the node. */
  readonly onResized: () => void;
  /** The pod has stopped for good: what it held on this node goes back. */
  readonly onStopped: () => Promise<void>;
  /** The pod is gone from the API, and nothing of it is left here. */
  readonly onGone: () => Promise<void>;
}

/** pkg/kubelet/eviction: immediateEvictionGracePeriodSeconds. */
const EVICTION_GRACE_SECONDS = 1;

/** How long to keep still after something unforeseen went wrong. */
const PAUSE_MS = 5000;

/**
 * Brings one pod to its wanted state and keeps it there: look, plan, act, and again until there is nothing to do; then
 * sleep until something happens. One action at a time, and each decision is made from the newest wanted state.
 */
export class PodWorker implements AsyncDisposable {
  readonly #options: PodWorkerOptions;
  readonly #tasks: BackgroundTasks;
  /** What the engine last said of containers and sandboxes, until it is looked at. */
  readonly #news = new Map<string, RuntimeEvent["type"]>();
  readonly #backoffEvents: BackoffEvents;
  readonly #ledger: PodLedger;
  #status: PodStatus | undefined;
  #needsRecords = false;
  /** Nothing is done for a pod before the node has decided whether it takes it. */
  #isDecided = false;
  #isAwake = false;
  #hasNews = false;
  #hasStopped = false;
  #pausedUntil = 0;
  #alarm: Timer | undefined;
  #step: AbortController | undefined;

  constructor(pod: Readonly<Pod>, records: RuntimeState, options: PodWorkerOptions) {
    this.#options = options;
    this.#tasks = new BackgroundTasks(options.log);
    this.#status = pod.status;
    this.#backoffEvents = new BackoffEvents(options.events);
    this.#ledger = new PodLedger(pod, records, options);
    // Last words of containers that ended before this agent came are read when the worker first runs.
    for (const { id, state } of records.containers) if (state.phase === "exited") this.#news.set(id, "exited");
  }

  get state(): PodState {
    return this.#ledger.state;
  }

  get downward(): DownwardContext {
    return this.#ledger.downward;
  }

  get volumes(): PodVolumes {
    return this.#ledger.volumes;
  }

  /** The pod with the status that was last told. */
  get reported(): Readonly<Pod> {
    const { pod } = this.#ledger.state;
    return this.#status ? { ...pod, status: this.#status } : pod;
  }

  /** The node takes the pod. */
  accept(): void {
    this.#isDecided = true;
    this.wake();
  }

  /** The newest wanted state. */
  update(pod: Readonly<Pod>): void {
    const before = this.#ledger.state.pod.metadata;
    this.#ledger.want(pod);
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
    const isUrgent =
      before.deletionTimestamp !== deletionTimestamp ||
      before.deletionGracePeriodSeconds !== deletionGracePeriodSeconds;
    if (isUrgent) this.#step?.abort(new Error("The pod is to be deleted"));
    this.wake();
  }

  /** Whether the pod asks for other resources than it has: `pod` is as the API has it. */
  needsResize(pod: Readonly<Pod>): boolean {
    return this.#isDecided && !this.#ledger.state.ending && this.#ledger.needsResize(pod);
  }

  /** The node has room for what the pod asks for now. */
  resize(pod: Readonly<Pod>): void {
    this.#ledger.allocate(pod);
    const text = resizeText("Pod resize started", pod, pod.metadata.generation ?? 0);
    this.#options.events.record(podReference(pod), "Normal", "ResizeStarted", text);
    this.wake();
  }

  /** The node has no room for it yet. */
  deferResize(pod: Readonly<Pod>, message: string): void {
    const { resize } = this.#ledger.state;
    const generation = pod.metadata.generation ?? 0;
    const isNews = resize.pending?.generation !== generation;
    this.#ledger.change({ resize: { ...resize, pending: { message, generation } } });
    if (!isNews) return;
    const text = resizeText("Pod resize Deferred", pod, generation, message);
    this.#options.events.record(podReference(pod), "Warning", "ResizeDeferred", text);
    this.wake();
  }

  /** The pod asks for what it has, perhaps again. */
  forgetResize(): void {
    const { pending, ...resize } = this.#ledger.state.resize;
    if (!pending) return;
    this.#ledger.change({ resize });
    this.wake();
  }

  /** The API has no such pod any more; `last` says how long it may take to end. */
  forget(last: Readonly<Pod>): void {
    if (this.#ledger.state.ending?.why === "gone") return;
    if (this.#ledger.state.ending?.why !== "deleted") this.#step?.abort(new Error("The pod is gone"));
    this.#ledger.change({ pod: last, ending: { why: "gone" } });
    this.accept();
  }

  /** The node gives the pod up. */
  fail(reason: string, message: string): void {
    this.#ledger.end({ why: "failed", reason, message });
    this.accept();
  }

  /** The pod takes more of the node than it may, or the node has to give up some of its pods. */
  evict(message: string, { isDisruption }: { readonly isDisruption: boolean }): void {
    this.#options.events.record(podReference(this.#ledger.state.pod), "Warning", "Evicted", message);
    this.#ledger.end({ why: "failed", reason: "Evicted", message, graceSeconds: EVICTION_GRACE_SECONDS, isDisruption });
    this.#step?.abort(new Error("The pod is evicted"));
    this.wake();
  }

  /** Probes have found something out about a container. */
  tellProbes(containerId: string, results: ProbeResults): void {
    this.#ledger.change({ probes: new Map(this.#ledger.state.probes).set(containerId, results) });
    this.wake();
  }

  tellEvent(event: RuntimeEvent): void {
    const record = this.#ledger.state.containers.find(({ id }) => id === event.id);
    if (event.type === "exited" && record?.state.phase === "exited") return;
    this.#news.set(event.id, event.type);
    this.wake();
  }

  /** Events may have been lost, perhaps because the engine was away: look at everything again, and try again what failed. */
  tellGap(): void {
    this.#needsRecords = true;
    this.#pausedUntil = 0;
    this.retryNow();
  }

  /** What failed may work now. */
  retryNow(): void {
    const { clock } = this.#options;
    const soon = (failure: StartFailure): StartFailure => ({ ...failure, retryAt: clock.now() });
    const { startFailures, setupFailure } = this.#ledger.state;
    this.#ledger.change({
      setupFailure: setupFailure && soon(setupFailure),
      startFailures: new Map([...startFailures].map(([name, failure]) => [name, soon(failure)])),
    });
    this.wake();
  }

  wake(): void {
    this.#hasNews = true;
    if (!this.#isDecided || this.#isAwake || this.#tasks.signal.aborted) return;
    this.#isAwake = true;
    this.#tasks.run(`Pod ${podText(this.#ledger.state.pod)}`, (signal) => this.#work(signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#alarm?.cancel();
    this.#step?.abort(new Error("Stopped"));
    await this.#tasks.stop();
    await this.#options.limits[Symbol.asyncDispose]();
    await this.#options.probes[Symbol.asyncDispose]();
    await this.#options.volumes[Symbol.asyncDispose]();
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (this.#hasNews && !signal.aborted) {
      this.#hasNews = false;
      if (this.#pausedUntil > clock.now()) {
        this.#wakeAt(this.#pausedUntil);
        break;
      }
      try {
        if (await this.#turn(signal)) this.#hasNews = true;
      } catch (error) {
        if (signal.aborted) break;
        // A step given up for a newer wanted state is no failure.
        if (!this.#step?.signal.aborted) this.#pause(error);
        this.#hasNews = true;
      }
    }
    // In the same turn as the last look at the news: what comes later starts the work anew.
    this.#isAwake = false;
  }

  #pause(error: unknown): void {
    const { clock, log } = this.#options;
    const what = `Cannot bring pod ${podText(this.#ledger.state.pod)} to its wanted state: ${engineText(error)}`;
    // That the engine is away is known and told once, not for every pod.
    if (isRuntimeError(error, "Unavailable")) log.debug(what);
    else log.error(what);
    this.#pausedUntil = clock.now() + PAUSE_MS;
    // Something failed half-way: what the engine really has is not known.
    this.#needsRecords = true;
  }

  /** One look, one plan, one step. Says whether to go on at once. */
  async #turn(signal: AbortSignal): Promise<boolean> {
    const { clock, probes } = this.#options;
    this.#step = new AbortController();
    await this.#look();
    probes.follow(this.#ledger.state);
    this.#settleResize();
    const plan = podPlan(this.#ledger.state, clock.now());
    if (plan.ends) {
      if (plan.ends === "deadline") this.#failDeadline();
      else this.#ledger.end({ why: "finished" });
      return true;
    }
    this.#tellStatus(plan);
    this.#backoffEvents.tell(this.#ledger.state, plan.waits);
    this.#wakeAt(plan.wakeAt);
    if (plan.actions.length > 0) {
      await this.#act(plan.actions, AbortSignal.any([signal, this.#step.signal]));
      return true;
    }
    if (this.#ledger.state.ending) await this.#finish();
    return false;
  }

  async #act(actions: readonly PodAction[], signal: AbortSignal): Promise<void> {
    const { executor } = this.#options;
    const results = await Promise.allSettled(actions.map((action) => executor.perform(action, this.#ledger, signal)));
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  /** Takes over what happened since the last look. */
  async #look(): Promise<void> {
    const { executor } = this.#options;
    if (this.#needsRecords) await this.#takeRecords();
    const news = [...this.#news];
    this.#news.clear();
    for (const [id, type] of news) {
      const sandbox = this.#ledger.state.sandboxes.find((one) => one.id === id);
      if (sandbox) this.#ledger.putSandbox({ ...sandbox, isRunning: type === "started" });
      else if (type === "removed") this.#ledger.dropContainer(id);
      // Starts are our own doing, and known; a container that ended and runs again was started by someone else.
      else if (type === "started" && this.#isKnownToRun(id)) continue;
      else await executor.refresh(this.#ledger, id);
    }
  }

  #isKnownToRun(id: string): boolean {
    return this.#ledger.state.containers.some((record) => record.id === id && record.state.phase === "running");
  }

  async #takeRecords(): Promise<void> {
    const { executor } = this.#options;
    this.#needsRecords = false;
    const { uid } = this.#ledger.state.pod.metadata;
    const records = await this.#options.freshRecords();
    const containers = records.containers.filter(({ pod }) => pod.uid === uid);
    this.#ledger.change({
      sandboxes: sandboxesNewestFirst(records.sandboxes.filter(({ pod }) => pod.uid === uid)),
      containers: containersNewestFirst(containers),
    });
    for (const record of containers) this.#ledger.putContainer(record, await executor.lastWords(this.#ledger, record));
  }

  /** A granted resize is over once every container has it. */
  #settleResize(): void {
    const { pod, resize, ending } = this.#ledger.state;
    if (!resize.progress || ending || !isResized(this.#ledger.state)) return;
    const { progress, ...rest } = resize;
    this.#ledger.change({ resize: rest });
    const text = resizeText("Pod resize completed", pod, progress.generation);
    this.#options.events.record(podReference(pod), "Normal", "ResizeCompleted", text);
    this.#options.onResized();
  }

  #tellStatus({ waits }: PodPlan): void {
    const { facts, clock, statuses } = this.#options;
    const { pod, ending } = this.#ledger.state;
    if (ending?.why === "gone") return;
    const { hostIp, runtimeName, supportsRecursiveReadOnly } = facts;
    const status = podStatus(this.#ledger.state, {
      hostIp,
      runtimeName,
      supportsRecursiveReadOnly,
      waits,
      previous: this.#status,
      now: clock.now(),
    });
    this.#status = status;
    statuses.put(pod, status);
  }

  #failDeadline(): void {
    const reason = "DeadlineExceeded";
    const message = "Pod was active on the node longer than the specified deadline";
    this.#options.events.record(podReference(this.#ledger.state.pod), "Normal", reason, message);
    this.#ledger.end({ why: "failed", reason, message });
  }

  #wakeAt(time: number | undefined): void {
    const { clock } = this.#options;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (time === undefined) return;
    this.#alarm = clock.setTimeout(() => this.wake(), Math.max(time - clock.now(), 0));
  }

  /** Nothing of the pod runs any more. */
  async #finish(): Promise<void> {
    const { onStopped, onGone } = this.#options;
    if (!this.#hasStopped) {
      this.#hasStopped = true;
      await this.#options.limits[Symbol.asyncDispose]();
      await this.#options.probes[Symbol.asyncDispose]();
      await this.#options.volumes[Symbol.asyncDispose]();
      await onStopped();
    }
    if (this.#ledger.state.ending?.why === "gone") return onGone();
    if (this.#ledger.state.pod.metadata.deletionTimestamp === undefined) return;
    // First the files: once the API has no such pod, nobody would know that they are nobody's.
    await removeUnmounted(this.#options.directory.path);
    await this.#deleteFromApi();
  }

  /** The API keeps a pod until its node says that it has ended. */
  async #deleteFromApi(): Promise<void> {
    const { client, statuses } = this.#options;
    await statuses.flushed();
    const { name = "", namespace, uid } = this.#ledger.state.pod.metadata;
    try {
      await client.resource(pods).delete({ name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      // Gone already, or another pod has the name by now.
      if (!isApiError(error, "NotFound") && !isApiError(error, "Conflict")) throw error;
    }
  }
}
