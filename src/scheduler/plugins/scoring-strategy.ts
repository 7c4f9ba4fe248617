import type { NodeState } from "../node-table.ts";
import type { PodFacts } from "../pod-facts.ts";

/** Which of the nodes that have room are preferred: upstream's scoring strategies of NodeResourcesFit. */
export interface ScoringStrategy {
  readonly type: "LeastAllocated" | "MostAllocated" | "RequestedToCapacityRatio";
  readonly resources: readonly { readonly name: string; readonly weight: number }[];
  /** Of the ratio: from percent of use to points of ten, the lowest use first. */
  readonly shape: readonly { readonly utilization: number; readonly score: number }[];
}

export const DEFAULT_STRATEGY: ScoringStrategy = {
  type: "LeastAllocated",
  resources: [
    { name: "cpu", weight: 1 },
    { name: "memory", weight: 1 },
  ],
  shape: [],
};

/** From 0 to 100. */
export function strategyScore({ type, resources, shape }: ScoringStrategy, pod: PodFacts, node: NodeState): number {
  let total = 0;
  let weights = 0;
  for (const { name, weight } of resources) {
    const { allocatable, requested } = amountsOf(name, pod, node);
    if (allocatable === 0) continue;
    const score = resourceScore(type, requested, allocatable, shape);
    // A resource that scores nothing does not count as one in this strategy.
    if (type === "RequestedToCapacityRatio" && score === 0) continue;
    total += score * weight;
    weights += weight;
  }
  if (weights === 0) return 0;
  return type === "RequestedToCapacityRatio" ? Math.round(total / weights) : Math.trunc(total / weights);
}

function resourceScore(
  type: ScoringStrategy["type"],
  requested: number,
  allocatable: number,
  shape: ScoringStrategy["shape"],
): number {
  switch (type) {
    case "LeastAllocated":
      return requested > allocatable ? 0 : Math.trunc(((allocatable - requested) * 100) / allocatable);
    case "MostAllocated":
      // What pods are only assumed to use may be more than there is.
      return Math.trunc((Math.min(requested, allocatable) * 100) / allocatable);
    case "RequestedToCapacityRatio":
      return onShape(shape, requested > allocatable ? 100 : Math.trunc((requested * 100) / allocatable));
  }
}

/** On the straight lines between the points. */
function onShape(shape: ScoringStrategy["shape"], utilization: number): number {
  const after = shape.findIndex((point) => utilization <= point.utilization);
  const [lower, upper] = [shape[after - 1], shape[after]];
  if (!upper) return (shape.at(-1)?.score ?? 0) * 10;
  if (!lower) return upper.score * 10;
  const rise =
    ((upper.score - lower.score) * 10 * (utilization - lower.utilization)) / (upper.utilization - lower.utilization);
  return lower.score * 10 + Math.trunc(rise);
}

/** With the pod on the node. Extended resources count only for pods that want them. */
function amountsOf(
  name: string,
  { requests, assumedUse }: PodFacts,
  { allocatable, used }: NodeState,
): { readonly allocatable: number; readonly requested: number } {
  switch (name) {
    case "cpu":
      return { allocatable: allocatable.milliCpu, requested: used.assumedMilliCpu + assumedUse.milliCpu };
    case "memory":
      return { allocatable: allocatable.memoryBytes, requested: used.assumedMemoryBytes + assumedUse.memoryBytes };
    case "ephemeral-storage":
      return {
        allocatable: allocatable.ephemeralStorageBytes,
        requested: used.ephemeralStorageBytes + requests.ephemeralStorageBytes,
      };
    default: {
      const wanted = requests.others.get(name) ?? 0;
      if (wanted === 0) return { allocatable: 0, requested: 0 };
      return { allocatable: allocatable.others.get(name) ?? 0, requested: (used.others.get(name) ?? 0) + wanted };
    }
  }
}
