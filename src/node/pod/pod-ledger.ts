import type { Pod } from "../../api/types/core-v1.ts";
import type { DownwardContext } from "../container/downward-values.ts";
import type { FailureBackoff } from "../container/failure-backoff.ts";
import type { NodeFacts } from "../node-facts.ts";
import {
  type Allocation,
  allocationOf,
  isSameAllocation,
  recordedAllocation,
  withAllocation,
} from "../resize/allocation.ts";
import type { ContainerRecord, RuntimeState, SandboxRecord } from "../runtime/runtime.ts";
import type { PodDirectory } from "./pod-directory.ts";
import {
  containersNewestFirst,
  type PodEnding,
  type PodState,
  sandboxesNewestFirst,
  type StartFailure,
} from "./pod-state.ts";
import type { PodVolumes } from "./pod-volumes.ts";

export interface PodLedgerOptions {
  readonly directory: PodDirectory;
  readonly volumes: PodVolumes;
  readonly facts: NodeFacts;
}

/** Where all that is known of one pod is written down: its worker decides from it, and what is done for the pod is entered in it. */
export class PodLedger {
  readonly directory: PodDirectory;
  readonly volumes: PodVolumes;
  readonly #facts: NodeFacts;
  #state: PodState;
  #mountBackoff: FailureBackoff | undefined;
  #allocation: Allocation;

  constructor(pod: Readonly<Pod>, records: RuntimeState, { directory, volumes, facts }: PodLedgerOptions) {
    this.directory = directory;
    this.volumes = volumes;
    this.#facts = facts;
    const sandboxes = sandboxesNewestFirst(records.sandboxes);
    this.#allocation = pod.status?.startTime === undefined ? allocationOf(pod) : recordedAllocation(pod);
    this.#state = {
      pod: withAllocation(pod, this.#allocation),
      ending: endingOf(pod),
      sandboxes,
      containers: containersNewestFirst(records.containers),
      sandboxAttempts: (sandboxes[0]?.attempt ?? -1) + 1,
      areVolumesReady: false,
      setupFailure: undefined,
      startFailures: new Map(),
      backoffs: new Map(),
      probes: new Map(),
      terminationMessages: new Map(),
      resize: {},
    };
  }

  get state(): PodState {
    return this.#state;
  }

  /** Of volumes that cannot be made. */
  get mountBackoff(): FailureBackoff | undefined {
    return this.#mountBackoff;
  }

  /** Good once the pod has its address. */
  get downward(): DownwardContext {
    const { hostIp, allocatable } = this.#facts;
    const podIp = this.#state.pod.spec?.hostNetwork ? hostIp : (this.#state.sandboxes[0]?.ip ?? "");
    return { hostIp, podIp, allocatable };
  }

  change(change: Partial<PodState>): void {
    this.#state = { ...this.#state, ...change };
  }

  want(pod: Readonly<Pod>): void {
    this.change({ pod: withAllocation(pod, this.#allocation), ending: this.#state.ending ?? endingOf(pod) });
  }

  /** Grants the resources of the pod's spec. */
  allocate(pod: Readonly<Pod>): void {
    this.#allocation = allocationOf(pod);
    this.change({ pod, resize: { progress: { generation: pod.metadata.generation ?? 0 } } });
  }

  /** Whether the pod asks for other resources than it was granted. */
  needsResize(pod: Readonly<Pod>): boolean {
    return !isSameAllocation(allocationOf(pod), this.#allocation);
  }

  /** The first reason to end stays. */
  end(ending: PodEnding): void {
    if (!this.#state.ending) this.change({ ending });
  }

  /** `lastWords`: the termination message of a container that has ended. */
  putContainer(record: ContainerRecord, lastWords?: string): void {
    const others = this.#state.containers.filter(({ id }) => id !== record.id);
    const containers = containersNewestFirst([...others, record]);
    const terminationMessages = new Map(this.#state.terminationMessages);
    if (lastWords !== undefined && lastWords !== "") terminationMessages.set(record.id, lastWords);
    this.change({ containers, terminationMessages });
  }

  dropContainer(id: string): void {
    const without = <T>(map: ReadonlyMap<string, T>): Map<string, T> => new Map([...map].filter(([key]) => key !== id));
    this.change({
      containers: this.#state.containers.filter((record) => record.id !== id),
      probes: without(this.#state.probes),
      terminationMessages: without(this.#state.terminationMessages),
    });
  }

  putSandbox(record: SandboxRecord): void {
    const others = this.#state.sandboxes.filter(({ id }) => id !== record.id);
    this.change({
      sandboxes: sandboxesNewestFirst([...others, record]),
      sandboxAttempts: Math.max(this.#state.sandboxAttempts, record.attempt + 1),
      setupFailure: undefined,
    });
  }

  dropSandbox(id: string): void {
    this.change({ sandboxes: this.#state.sandboxes.filter((record) => record.id !== id) });
  }

  setVolumesReady(): void {
    this.change({ areVolumesReady: true, setupFailure: undefined });
  }

  failSetup(setupFailure: StartFailure): void {
    this.change({ setupFailure });
  }

  failMount(setupFailure: StartFailure, backoff: FailureBackoff): void {
    this.#mountBackoff = backoff;
    this.change({ setupFailure });
  }

  failStart(container: string, failure: StartFailure): void {
    this.change({ startFailures: new Map(this.#state.startFailures).set(container, failure) });
  }

  succeedStart(container: string): void {
    const startFailures = new Map(this.#state.startFailures);
    if (startFailures.delete(container)) this.change({ startFailures });
  }

  setBackoff(container: string, backoff: FailureBackoff): void {
    this.change({ backoffs: new Map(this.#state.backoffs).set(container, backoff) });
  }
}

function endingOf({ metadata, status }: Readonly<Pod>): PodEnding | undefined {
  if (metadata.deletionTimestamp !== undefined) return { why: "deleted" };
  return status?.phase === "Succeeded" || status?.phase === "Failed" ? { why: "finished" } : undefined;
}
