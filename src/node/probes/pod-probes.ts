import type { Container, ContainerStatus, Probe } from "../../api/types/core-v1.ts";
import type { EventRecorder } from "../../client/event-recorder.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { PodDialer } from "../pod-dialer.ts";
import { latestContainer, type PodState, type ProbeOutcome, type ProbeResults } from "../pod/pod-state.ts";
import { containerReference } from "../pod/pod-text.ts";
import type { ContainerRecord, ContainerRuntime } from "../runtime/runtime.ts";
import type { ProbeCounts } from "./probe-counts.ts";
import type { ProbeKind, ProbeResult } from "./probe-result.ts";
import { type ProberOptions, probeUntilDecided } from "./prober.ts";
import { runProbe } from "./run-probe.ts";

export interface PodProbesOptions {
  readonly runtime: ContainerRuntime;
  readonly dialer: PodDialer;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly podIp: () => string;
  readonly counts: ProbeCounts;
  /** Told what probes have found out about a container. */
  readonly onResults: (containerId: string, results: ProbeResults) => void;
}

/** The probes of one pod: those that its running containers ask for now, and none for a pod without probes. */
export class PodProbes implements AsyncDisposable {
  readonly #options: PodProbesOptions;
  readonly #tasks: BackgroundTasks;
  /** By container id and kind. */
  readonly #probers = new Map<string, AbortController>();
  readonly #results = new Map<string, ProbeResults>();

  constructor(options: PodProbesOptions) {
    this.#options = options;
    this.#tasks = new BackgroundTasks(options.log);
  }

  /** Starts and stops probers as the state of the pod asks for. Calls `onResults` for containers it sees for the first time. */
  follow(state: PodState): void {
    const wanted = new Set<string>();
    for (const container of [...(state.pod.spec?.initContainers ?? []), ...(state.pod.spec?.containers ?? [])]) {
      const record = latestContainer(state, container.name);
      if (record?.state.phase !== "running" || probesOf(container).length === 0) continue;
      const results = this.#resultsOf(state, container, record);
      for (const [kind, probe] of probesOf(container)) {
        if (!isDue(kind, container, results, state)) continue;
        const key = `${record.id} ${kind}`;
        wanted.add(key);
        if (!this.#probers.has(key)) this.#start(key, kind, probe, state, container, record, record.state.startedAt);
      }
    }
    for (const [key, prober] of this.#probers) {
      if (wanted.has(key)) continue;
      prober.abort(new Error("No longer wanted"));
      this.#probers.delete(key);
    }
    for (const id of this.#results.keys()) {
      if (!state.containers.some((record) => record.id === id)) this.#results.delete(id);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#tasks.stop();
  }

  #resultsOf({ pod }: PodState, container: Container, { id }: ContainerRecord): ProbeResults {
    const known = this.#results.get(id);
    if (known) return known;
    const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
    const before = [...containerStatuses, ...initContainerStatuses].find(({ containerID }) =>
      containerID?.endsWith(id),
    );
    const first = firstResults(container, before);
    this.#results.set(id, first);
    this.#options.onResults(id, first);
    return first;
  }

  #start(
    key: string,
    kind: ProbeKind,
    probe: Probe,
    { pod }: PodState,
    container: Container,
    { id: containerId }: ContainerRecord,
    containerStartedAt: number,
  ): void {
    const { runtime, dialer, clock, events, podIp, counts } = this.#options;
    const stop = new AbortController();
    this.#probers.set(key, stop);
    const target = { container, containerId, podIp: podIp(), runtime, dialer };
    const prober: ProberOptions = {
      kind,
      probe,
      containerStartedAt,
      clock,
      run: (signal) => runProbe(probe, target, { clock, signal }),
      onResult: (result) => {
        counts.add(kind, result.outcome, pod, container.name);
        const told = eventOf(kind, result);
        if (told) events.record(containerReference(pod, container), "Warning", told.reason, told.message);
      },
      onOutcome: (outcome) => this.#settle(containerId, kind, outcome),
    };
    this.#tasks.run(`${kind} probe of ${container.name}`, async (stopped) => {
      const signal = AbortSignal.any([stop.signal, stopped]);
      try {
        await probeUntilDecided(prober, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    });
  }

  #settle(containerId: string, kind: ProbeKind, outcome: ProbeOutcome): void {
    const before = this.#results.get(containerId);
    if (before?.[kind] === outcome) return;
    const results = { ...before, [kind]: outcome };
    this.#results.set(containerId, results);
    this.#options.onResults(containerId, results);
  }
}

function probesOf({ startupProbe, livenessProbe, readinessProbe }: Container): [ProbeKind, Probe][] {
  return [
    ...(startupProbe ? [["startup", startupProbe] as [ProbeKind, Probe]] : []),
    ...(livenessProbe ? [["liveness", livenessProbe] as [ProbeKind, Probe]] : []),
    ...(readinessProbe ? [["readiness", readinessProbe] as [ProbeKind, Probe]] : []),
  ];
}

/** The startup probe holds back the others; a pod that ends is not restarted any more, but may still leave its services. */
function isDue(kind: ProbeKind, { startupProbe }: Container, results: ProbeResults, { ending }: PodState): boolean {
  if (ending && kind !== "readiness") return false;
  const hasStarted = !startupProbe || results.startup === "success";
  return kind === "startup" ? !hasStarted && results.startup !== "failure" : hasStarted;
}

/** What holds until a probe has spoken. A container that an earlier agent saw ready stays so. */
function firstResults(container: Container, before: ContainerStatus | undefined): ProbeResults {
  return {
    ...(container.startupProbe ? { startup: before?.started ? "success" : "unknown" } : {}),
    ...(container.livenessProbe ? { liveness: "success" } : {}),
    ...(container.readinessProbe ? { readiness: before?.ready ? "success" : "failure" } : {}),
  };
}

const KIND_NAMES = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" } as const;

function eventOf(kind: ProbeKind, result: ProbeResult): { reason: string; message: string } | undefined {
  const name = KIND_NAMES[kind];
  switch (result.outcome) {
    case "success":
      return undefined;
    case "warning":
      return { reason: "ProbeWarning", message: `${name} probe warning: ${result.output}` };
    case "failure":
      return { reason: "Unhealthy", message: `${name} probe failed: ${result.output}` };
    case "error":
      return {
        reason: "Unhealthy",
        message: `${name} probe errored and resulted in unknown state: ${result.output}`,
      };
  }
}
