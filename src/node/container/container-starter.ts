import type { Container, Pod, Service } from "../../api/types/core-v1.ts";
import type { EventRecorder } from "../../client/event-recorder.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { ImagePuller } from "../images/image-puller.ts";
import type { NodeFacts } from "../node-facts.ts";
import type { PodLedger } from "../pod/pod-ledger.ts";
import { latestContainer, type StartFailure } from "../pod/pod-state.ts";
import { containerReference, podText } from "../pod/pod-text.ts";
import type { ReferencedObjects } from "../referenced-objects.ts";
import type { RuntimeClasses } from "../runtime-classes.ts";
import { engineText } from "../runtime/runtime-error.ts";
import type { ContainerRecord, ContainerRuntime, ContainerSpec, ImageRecord } from "../runtime/runtime.ts";
import { VolumeError } from "../volumes/volume.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import type { ContainerKiller } from "./container-killer.ts";
import { containerMounts } from "./container-mounts.ts";
import { containerSpec } from "./container-spec.ts";
import { environment } from "./environment.ts";
import { CRASH_LOOP, raisedBackoff } from "./failure-backoff.ts";
import type { LifecycleHooks } from "./lifecycle-hooks.ts";

export interface ContainerStarterOptions {
  readonly runtime: ContainerRuntime;
  readonly images: ImagePuller;
  readonly hooks: LifecycleHooks;
  readonly killer: ContainerKiller;
  readonly objects: ReferencedObjects;
  readonly events: EventRecorder;
  readonly facts: NodeFacts;
  readonly runtimeClasses: RuntimeClasses;
  readonly clock: Clock;
  readonly log: Logger;
  readonly services: () => readonly Service[];
}

/** How long the kubelet waits before it tries a container again that it could not make. */
const RETRY_MS = 10_000;

/** Brings one container to life: image, configuration, creation, start, postStart; each in the kubelet's words when it fails. */
export class ContainerStarter {
  readonly #options: ContainerStarterOptions;

  constructor(options: ContainerStarterOptions) {
    this.#options = options;
  }

  async start(ledger: PodLedger, container: Container, sandboxId: string, signal: AbortSignal): Promise<void> {
    const { pod } = ledger.state;
    const outcome = await this.#options.images.ensure(pod, container, signal);
    if ("failure" in outcome) {
      this.#warn(pod, container, `Error: ${outcome.failure.reason}`);
      return ledger.failStart(container.name, outcome.failure);
    }
    signal.throwIfAborted();
    const spec = await this.#spec(ledger, container, sandboxId, outcome.image);
    if ("failure" in spec) return ledger.failStart(container.name, spec.failure);
    const id = await this.#create(ledger, container, spec.spec);
    if (id === undefined) return;
    this.#raiseBackoff(ledger, container);
    const record = recordOf(spec.spec, id, outcome.image, this.#options.clock.now());
    if (!(await this.#run(ledger, container, record))) return;
    const hook = container.lifecycle?.postStart;
    if (hook) await this.#postStart(ledger, container, record, signal);
    else ledger.succeedStart(container.name);
  }

  async #spec(
    ledger: PodLedger,
    container: Container,
    sandboxId: string,
    image: ImageRecord,
  ): Promise<{ spec: ContainerSpec } | { failure: StartFailure }> {
    const { facts, objects, services, runtimeClasses } = this.#options;
    const { state, directory } = ledger;
    const { pod } = state;
    const { namespace = "" } = pod.metadata;
    const restartCount = nextRestartCount(ledger, container.name);
    try {
      const variables = environment(pod, container, {
        ...ledger.downward,
        services: services(),
        configMap: (name) => objects.configMap(namespace, name),
        secret: (name) => objects.secret(namespace, name),
      });
      const volumePath = (name: string): string | undefined => ledger.volumes.pathOf(name);
      const mounts = await containerMounts({
        pod,
        container,
        restartCount,
        directory,
        environment: variables,
        supportsRecursiveReadOnly: facts.supportsRecursiveReadOnly,
        volumePath,
      });
      const { memoryCapacityBytes } = facts;
      const handler = await runtimeClasses.handlerOf(pod);
      const parts = { pod, container, sandboxId, handler, restartCount, image, environment: variables, mounts };
      return { spec: containerSpec({ ...parts, memoryCapacityBytes }) };
    } catch (error) {
      if (!(error instanceof ContainerConfigError) && !(error instanceof VolumeError)) throw error;
      this.#warn(pod, container, `Error: ${error.message}`);
      return { failure: this.#failure("CreateContainerConfigError", error.message) };
    }
  }

  async #create(ledger: PodLedger, container: Container, spec: ContainerSpec): Promise<string | undefined> {
    const { runtime, events } = this.#options;
    const { pod } = ledger.state;
    try {
      const id = await runtime.createContainer(spec);
      events.record(containerReference(pod, container), "Normal", "Created", "Container created");
      return id;
    } catch (error) {
      this.#warn(pod, container, `Error: ${engineText(error)}`);
      ledger.failStart(container.name, this.#failure("CreateContainerError", engineText(error)));
      return undefined;
    }
  }

  async #run(ledger: PodLedger, container: Container, record: ContainerRecord): Promise<boolean> {
    const { runtime, events, clock } = this.#options;
    const { pod } = ledger.state;
    try {
      await runtime.startContainer(record.id);
    } catch (error) {
      this.#warn(pod, container, `Error: ${engineText(error)}`);
      const failed = await runtime.inspectContainer(record.id);
      ledger.putContainer(hasEnded(failed) ? failed : { ...record, state: notStarted(clock.now(), engineText(error)) });
      // The record's end starts the crash-loop back-off, so nothing more has to be waited for.
      const now = clock.now();
      ledger.failStart(container.name, { reason: "RunContainerError", message: engineText(error), retryAt: now });
      return false;
    }
    events.record(containerReference(pod, container), "Normal", "Started", "Container started");
    const now = clock.now();
    const seen = await runtime.inspectContainer(record.id);
    // The engine's own time, as a later agent will see it.
    const startedAt = seen?.state.phase === "running" ? seen.state.startedAt : now;
    // That it has ended meanwhile comes as an event of its own.
    ledger.putContainer({ ...record, user: seen?.user, state: { phase: "running", startedAt, pid: undefined } });
    return true;
  }

  async #postStart(ledger: PodLedger, container: Container, record: ContainerRecord, signal: AbortSignal) {
    const { hooks, killer, events, log } = this.#options;
    const { pod } = ledger.state;
    const target = { pod, container, containerId: record.id, podIp: ledger.downward.podIp };
    try {
      await hooks.run(container.lifecycle?.postStart ?? {}, target, signal);
      ledger.succeedStart(container.name);
    } catch (error) {
      signal.throwIfAborted();
      log.warn(`PostStart hook of ${container.name} in ${podText(pod)} failed: ${engineText(error)}`);
      // Without the reason: it may hold secrets.
      events.record(containerReference(pod, container), "Warning", "FailedPostStartHook", "PostStartHook failed");
      const { terminationGracePeriodSeconds: graceSeconds = 30 } = pod.spec ?? {};
      await killer.kill({ ...target, record, graceSeconds, message: "FailedPostStartHook" }, signal);
      ledger.failStart(container.name, this.#failure("PostStartHookError", engineText(error)));
    }
  }

  /** What ended before backs off from now on, should it end again. */
  #raiseBackoff(ledger: PodLedger, { name }: Container): void {
    const run = latestContainer(ledger.state, name)?.state;
    if (run?.phase !== "exited") return;
    const backoff = raisedBackoff(
      ledger.state.backoffs.get(name),
      run.finishedAt,
      this.#options.clock.now(),
      CRASH_LOOP,
    );
    ledger.setBackoff(name, backoff);
  }

  #failure(reason: string, message: string): StartFailure {
    return { reason, message, retryAt: this.#options.clock.now() + RETRY_MS };
  }

  #warn(pod: Readonly<Pod>, container: Container, message: string): void {
    this.#options.events.record(containerReference(pod, container), "Warning", "Failed", message);
  }
}

/** Counts on from the engine's records, and where those are gone from what the API was told last. */
function nextRestartCount({ state }: PodLedger, name: string): number {
  const record = latestContainer(state, name);
  if (record) return record.restartCount + 1;
  const { containerStatuses = [], initContainerStatuses = [] } = state.pod.status ?? {};
  const status = [...containerStatuses, ...initContainerStatuses].find((one) => one.name === name);
  return status?.containerID === undefined ? (status?.restartCount ?? 0) : status.restartCount + 1;
}

function recordOf(spec: ContainerSpec, id: string, image: ImageRecord, now: number): ContainerRecord {
  const { pod, sandboxId, name, restartCount, labels, resources } = spec;
  const { cpuShares, cpuQuota, memoryLimitBytes } = resources;
  const limits = { cpuShares, cpuQuota, memoryLimitBytes };
  const identity = { id, pod, sandboxId, name, restartCount, labels, limits };
  return { ...identity, image: spec.image, imageId: image.id, createdAt: now, state: { phase: "created" } };
}

/** What the OCI runtimes report for a program that could not be started. */
const START_FAILED_EXIT_CODE = 128;

function notStarted(now: number, error: string): ContainerRecord["state"] {
  const exitCode = START_FAILED_EXIT_CODE;
  return { phase: "exited", startedAt: now, finishedAt: now, exitCode, signal: undefined, oomKilled: false, error };
}

const hasEnded = (record: ContainerRecord | undefined): record is ContainerRecord => record?.state.phase === "exited";
