import { isPodReady, podCondition } from "../../api/pod-readiness.ts";
import type { Pod } from "../../api/types/core-v1.ts";

/** A negative number, zero or a positive one, as sorting wants it. */
type Comparison = (a: RankedPod, b: RankedPod) => number;

interface RankedPod {
  readonly pod: Pod;
  /** How many related pods that are not finished share its node. */
  readonly neighbours: number;
}

/**
 * The pods with those first that are missed least: upstream's order (pkg/controller/controller_utils.go,
 * ActivePodsWithRanks). `related` are all pods of the same workload, also those of its other revisions.
 */
export function deletionOrder(pods: readonly Pod[], related: readonly Pod[], nowMs: number): readonly Pod[] {
  const podsByNode = Map.groupBy(
    related.filter((pod) => pod.metadata.deletionTimestamp === undefined),
    nodeOf,
  );
  const comparisons: readonly Comparison[] = [
    (a, b) => falseFirst(nodeOf(a.pod) !== "", nodeOf(b.pod) !== ""),
    (a, b) => phaseRank(a.pod) - phaseRank(b.pod),
    (a, b) => falseFirst(isPodReady(a.pod), isPodReady(b.pod)),
    (a, b) => deletionCost(a.pod) - deletionCost(b.pod),
    (a, b) => b.neighbours - a.neighbours,
    (a, b) => (isPodReady(a.pod) && isPodReady(b.pod) ? youngerFirst(readySince(a.pod), readySince(b.pod), nowMs) : 0),
    (a, b) => mostRestarts(b.pod) - mostRestarts(a.pod),
    (a, b) => youngerFirst(createdAt(a.pod), createdAt(b.pod), nowMs),
    // Ages of the same magnitude count as equal; the uid then picks at random, so that not only the youngest ever go.
    (a, b) => ((a.pod.metadata.uid ?? "") < (b.pod.metadata.uid ?? "") ? -1 : 1),
  ];
  const ranked = pods.map((pod) => ({ pod, neighbours: podsByNode.get(nodeOf(pod))?.length ?? 0 }));
  return ranked.toSorted((a, b) => firstDifference(comparisons, a, b)).map(({ pod }) => pod);
}

function firstDifference(comparisons: readonly Comparison[], a: RankedPod, b: RankedPod): number {
  for (const compare of comparisons) {
    const difference = compare(a, b);
    if (difference !== 0) return difference;
  }
  return 0;
}

const PHASES: readonly string[] = ["Pending", "Unknown", "Running"];

const nodeOf = (pod: Pod): string => pod.spec?.nodeName ?? "";
const falseFirst = (a: boolean, b: boolean): number => Number(a) - Number(b);
const phaseRank = ({ status }: Pod): number => PHASES.indexOf(status?.phase ?? "Pending");
const createdAt = (pod: Pod): number => Date.parse(pod.metadata.creationTimestamp ?? "");
const readySince = (pod: Pod): number => Date.parse(podCondition(pod, "Ready")?.lastTransitionTime ?? "");

function deletionCost(pod: Pod): number {
  const cost = pod.metadata.annotations?.["controller.kubernetes.io/pod-deletion-cost"] ?? "";
  return /^(0|-?[1-9]\d*)$/.test(cost) ? Number(cost) : 0;
}

/** Restarts of sidecars count only where the other containers have restarted equally often. */
function mostRestarts({ spec, status }: Pod): number {
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always").map(({ name }) => name),
  );
  const regular = Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
  const ofSidecars = (status?.initContainerStatuses ?? [])
    .filter(({ name }) => sidecars.has(name))
    .map(({ restartCount }) => restartCount);
  // A fraction below one only ever breaks ties.
  return regular + 1 - 1 / (1 + Math.max(0, ...ofSidecars));
}

/** Ages are compared by their magnitude, base two, so that pods of about the same age are equal. */
function youngerFirst(a: number, b: number, nowMs: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? -1 : 1;
  return magnitude(nowMs - a) - magnitude(nowMs - b);
}

/** Upstream takes the logarithm of nanoseconds. */
const magnitude = (ageMs: number): number => (ageMs > 0 ? Math.trunc(Math.log2(ageMs * 1e6)) : -1);
