import { isSidecar } from "../../api/pod-resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";

/*
 * Which of several pods a command picks. The orders are kubectl's (kubectl/pkg/util/podutils); the later criteria count only
 * between pods that are equal in the earlier ones.
 */

type Compare = (left: Pod, right: Pod) => number;

/** The pod whose logs are the most telling comes first. */
export const byLogging: Compare = firstDifference([
  descending(({ spec }) => Number(Boolean(spec?.nodeName))),
  ascending(({ status }) => PHASES.indexOf(status?.phase ?? "")),
  descending(isReady),
  ascending(readySince),
  descending(restarts),
  descending(sidecarRestarts),
  ascending(created),
]);

/** The pod that is the most alive comes first. */
export const byActivity: Compare = firstDifference([
  descending(({ spec }) => Number(Boolean(spec?.nodeName))),
  ascending(({ status }) => PHASES.indexOf(status?.phase ?? "")),
  descending(isReady),
  ascending(({ metadata }) => Number(metadata.deletionTimestamp !== undefined)),
  descending(({ metadata }) => Date.parse(metadata.deletionTimestamp ?? "") || 0),
  ascending(readySince),
  ascending(restarts),
  ascending(sidecarRestarts),
  ascending(created),
]);

const PHASES: readonly string[] = ["Running", "Unknown", "Pending"];

function firstDifference(orders: readonly Compare[]): Compare {
  return (left, right) => {
    for (const order of orders) {
      const difference = order(left, right);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

function ascending(value: (pod: Pod) => number): Compare {
  return (left, right) => Math.sign(value(left) - value(right));
}

function descending(value: (pod: Pod) => number): Compare {
  return (left, right) => Math.sign(value(right) - value(left));
}

function readyCondition({ status }: Pod) {
  return status?.conditions?.find((condition) => condition.type === "Ready" && condition.status === "True");
}

function isReady(pod: Pod): number {
  return Number(readyCondition(pod) !== undefined);
}

/** What has no time counts as latest. */
function readySince(pod: Pod): number {
  return Date.parse(readyCondition(pod)?.lastTransitionTime ?? "") || Number.MAX_SAFE_INTEGER;
}

function created({ metadata }: Pod): number {
  return Date.parse(metadata.creationTimestamp ?? "") || Number.MAX_SAFE_INTEGER;
}

function restarts({ status }: Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}

function sidecarRestarts({ spec, status }: Pod): number {
  const sidecars = new Set((spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const own = (status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name));
  return Math.max(0, ...own.map(({ restartCount }) => restartCount));
}
