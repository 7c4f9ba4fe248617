import type { Container, ContainerStateTerminated, ContainerStatus, Pod } from "../../api/types/core-v1.ts";
import { isSidecar } from "./pod-state.ts";
import { wasRemovedForRestart } from "./restart-all.ts";
import { restartsAfter } from "./restart-policy.ts";

export type PodPhase = "Pending" | "Running" | "Succeeded" | "Failed";

/**
 * The phase that container statuses add up to (pkg/kubelet/kubelet_pods.go, getPhase).
 * `hasEnded`: no container of the pod runs or will run again; `wasInitialized`: its app containers have started once.
 */
export function podPhase(
  pod: Readonly<Pod>,
  statuses: readonly ContainerStatus[],
  { hasEnded, wasInitialized }: { readonly hasEnded: boolean; readonly wasInitialized: boolean },
): PodPhase {
  const statusOf = (container: Container): ContainerStatus | undefined =>
    statuses.find(({ name }) => name === container.name);
  const init = initTally(pod, statusOf);
  if (init.failedForGood) return "Failed";
  const tally = runTally(pod, statusOf);
  if (init.pending > 0 || (tally.pendingSidecars > 0 && !wasInitialized)) return "Pending";
  if (tally.waiting > 0 || tally.unknown > 0) return "Pending";
  if (tally.running > 0) return "Running";
  if (tally.stopped === 0) return "Pending";
  if (hasEnded) return tally.stopped === tally.succeeded ? "Succeeded" : "Failed";
  if (tally.stopped !== tally.stoppedForGood) return "Running";
  return tally.stopped === tally.succeeded ? "Succeeded" : "Failed";
}

type StatusOf = (container: Container) => ContainerStatus | undefined;

function initTally(pod: Readonly<Pod>, statusOf: StatusOf): { pending: number; failedForGood: boolean } {
  const tally = { pending: 0, failedForGood: false };
  for (const container of pod.spec?.initContainers ?? []) {
    if (isSidecar(container)) continue;
    const status = statusOf(container);
    const end = status?.state?.waiting ? status.lastState?.terminated : status?.state?.terminated;
    if (!end) tally.pending++;
    else if (end.exitCode !== 0 && !runsAgain(container, pod, end)) tally.failedForGood = true;
  }
  return tally;
}

function runTally(pod: Readonly<Pod>, statusOf: StatusOf) {
  const tally = { pendingSidecars: 0, unknown: 0, running: 0, waiting: 0, stopped: 0, stoppedForGood: 0, succeeded: 0 };
  for (const container of pod.spec?.initContainers ?? []) {
    if (!isSidecar(container)) continue;
    const status = statusOf(container);
    if (!status) tally.unknown++;
    else if (status.state?.running) {
      tally.running++;
      if (!status.started) tally.pendingSidecars++;
    } else if (!status.state?.terminated && !status.lastState?.terminated) {
      tally.pendingSidecars++;
      tally.waiting++;
    }
  }
  for (const container of pod.spec?.containers ?? []) {
    const status = statusOf(container);
    const end = status?.state?.terminated ?? (status?.state?.waiting ? status.lastState?.terminated : undefined);
    if (status?.state?.running) tally.running++;
    else if (end) {
      tally.stopped++;
      if (!runsAgain(container, pod, end)) tally.stoppedForGood++;
      // A container that waits to run again has not succeeded.
      if (status?.state?.terminated?.exitCode === 0) tally.succeeded++;
    } else if (status?.state?.waiting) tally.waiting++;
    else tally.unknown++;
  }
  return tally;
}

const runsAgain = (container: Container, pod: Readonly<Pod>, end: ContainerStateTerminated): boolean =>
  wasRemovedForRestart(end) || restartsAfter(container, pod, end.exitCode);
