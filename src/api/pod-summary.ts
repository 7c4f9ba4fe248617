/** What `kubectl get pods` tells of a pod: READY, STATUS and RESTARTS (upstream's printPod). */
import { isSidecar } from "./pod-resources.ts";
import type { ContainerState, ContainerStatus, Pod, PodCondition } from "./types/core-v1.ts";

export interface PodSummary {
  readonly readyContainers: number;
  readonly totalContainers: number;
  /** `Running`, `CrashLoopBackOff`, `Init:0/2`, `Terminating` ... */
  readonly status: string;
  readonly restarts: number;
  /** When the latest restarted container had ended. */
  readonly lastRestart: string | undefined;
}

export function podSummary(pod: Pod): PodSummary {
  const initialisation = initialisationOf(pod);
  const isInitialised = initialisation.failure === undefined || isTrue(pod, "Initialized");
  const running = isInitialised ? runningOf(pod, initialisation) : undefined;
  const sidecars = pod.spec?.initContainers?.filter(isSidecar).length ?? 0;
  const { restarts, lastRestart } = running ?? initialisation.all;
  return {
    readyContainers: initialisation.readySidecars + (running?.ready ?? 0),
    totalContainers: (pod.spec?.containers.length ?? 0) + sidecars,
    status: deletionStatus(pod) ?? running?.status ?? initialisation.failure ?? phaseStatus(pod),
    restarts,
    lastRestart,
  };
}

interface Restarts {
  readonly restarts: number;
  readonly lastRestart: string | undefined;
}

interface Initialisation {
  /** What the first unfinished init container waits for or ended with; undefined when all are through. */
  readonly failure: string | undefined;
  readonly readySidecars: number;
  /** Of the init containers up to the unfinished one. */
  readonly all: Restarts;
  readonly sidecars: Restarts;
}

function initialisationOf({ spec, status }: Pod): Initialisation {
  const initContainers = spec?.initContainers ?? [];
  const sidecarNames = new Set(initContainers.filter(isSidecar).map(({ name }) => name));
  let all = NO_RESTARTS;
  let sidecars = NO_RESTARTS;
  let readySidecars = 0;
  for (const [index, container] of (status?.initContainerStatuses ?? []).entries()) {
    all = withRestarts(all, container);
    const isRunningSidecar = sidecarNames.has(container.name) && container.started === true;
    if (sidecarNames.has(container.name)) sidecars = withRestarts(sidecars, container);
    if (container.state?.terminated?.exitCode === 0) continue;
    if (isRunningSidecar) {
      if (container.ready) readySidecars++;
      continue;
    }
    const failure = initStatus(container.state ?? {}) ?? `Init:${index}/${initContainers.length}`;
    return { failure, readySidecars, all, sidecars };
  }
  return { failure: undefined, readySidecars, all, sidecars };
}

function initStatus({ terminated, waiting }: ContainerState): string | undefined {
  if (terminated) return `Init:${endStatus(terminated)}`;
  if (waiting?.reason && waiting.reason !== "PodInitializing") return `Init:${waiting.reason}`;
  return undefined;
}

function runningOf(
  pod: Pod,
  { failure, sidecars }: Initialisation,
): Restarts & { readonly ready: number; readonly status: string } {
  let status = failure ?? phaseStatus(pod);
  let restarts = sidecars;
  let ready = 0;
  let hasRunning = false;
  let errorStatus: string | undefined;
  // Backwards, so that the first container with something to say has the last word.
  for (const container of (pod.status?.containerStatuses ?? []).toReversed()) {
    restarts = withRestarts(restarts, container);
    const { waiting, terminated, running } = container.state ?? {};
    if (waiting?.reason) {
      status = waiting.reason;
    } else if (terminated) {
      status = endStatus(terminated);
      if (terminated.exitCode !== 0) errorStatus = status;
    } else if (container.ready && running) {
      hasRunning = true;
      ready++;
    }
  }
  return { ...restarts, ready, status: status === "Completed" ? mixedStatus(pod, hasRunning, errorStatus) : status };
}

/** When some containers have completed and others have not. */
function mixedStatus(pod: Pod, hasRunning: boolean, errorStatus: string | undefined): string {
  if (hasRunning && isTrue(pod, "Ready")) return "Running";
  return errorStatus ?? (hasRunning ? "NotReady" : "Completed");
}

const endStatus = ({ reason, signal, exitCode }: NonNullable<ContainerState["terminated"]>): string =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);

function phaseStatus({ status }: Pod): string {
  const isGated = status?.conditions?.some(
    ({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated",
  );
  return isGated ? "SchedulingGated" : status?.reason || (status?.phase ?? "");
}

function deletionStatus({ metadata, status }: Pod): string | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined;
  if (status?.reason === "NodeLost") return "Unknown";
  return status?.phase === "Failed" || status?.phase === "Succeeded" ? undefined : "Terminating";
}

const NO_RESTARTS: Restarts = { restarts: 0, lastRestart: undefined };

function withRestarts({ restarts, lastRestart }: Restarts, { restartCount, lastState }: ContainerStatus): Restarts {
  const ended = lastState?.terminated?.finishedAt;
  // Both are in UTC and to the second, so their text is in order of time.
  const isLater = ended !== undefined && (lastRestart === undefined || ended > lastRestart);
  return { restarts: restarts + (restartCount ?? 0), lastRestart: isLater ? ended : lastRestart };
}

const isTrue = ({ status }: Pod, type: PodCondition["type"]): boolean =>
  status?.conditions?.find((condition) => condition.type === type)?.status === "True";
