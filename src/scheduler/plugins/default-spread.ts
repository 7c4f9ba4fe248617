import type { LabelSelector } from "../../api/label-selector.ts";
import type { ClusterView } from "../cluster-view.ts";
import type { NodeState } from "../node-table.ts";
import type { Score } from "../plugin.ts";
import type { PodFacts } from "../pod-facts.ts";
import { domainWeight, evenIsBest } from "../score-scales.ts";

const HOSTNAME = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";
/** Upstream's constraints for pods that have none of their own. */
const HOSTNAME_SKEW = 3;
const ZONE_SKEW = 5;

/** Prefers nodes and zones with few pods of the same owner or Service, though nobody asked for it. */
export function defaultSpread(pod: PodFacts, selector: LabelSelector, cluster: ClusterView): Score {
  const { namespace } = pod.pod.metadata;
  const isAlike = ({ pod: { metadata } }: PodFacts): boolean =>
    metadata.namespace === namespace && metadata.deletionTimestamp === undefined && selector.matches(metadata.labels);
  return {
    weight: 2,
    of(feasible) {
      const countsByZone = zoneCounts(feasible, cluster, namespace ?? "", isAlike);
      const hostWeight = domainWeight(feasible.filter((node) => labelOf(node, HOSTNAME) !== undefined).length);
      const zoneWeight = domainWeight(countsByZone.size);
      return evenIsBest(
        feasible.map((node) => {
          const zone = labelOf(node, ZONE);
          let crowding = 0;
          if (labelOf(node, HOSTNAME) !== undefined) {
            crowding += count(node.pods.values(), isAlike) * hostWeight + HOSTNAME_SKEW - 1;
          }
          if (zone !== undefined) crowding += (countsByZone.get(zone) ?? 0) * zoneWeight + ZONE_SKEW - 1;
          return Math.round(crowding);
        }),
      );
    },
  };
}

/** Of the zones that come into question; most clusters have none. */
function zoneCounts(
  feasible: readonly NodeState[],
  cluster: ClusterView,
  namespace: string,
  isAlike: (pod: PodFacts) => boolean,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const node of feasible) {
    const zone = labelOf(node, ZONE);
    if (zone !== undefined) counts.set(zone, 0);
  }
  if (counts.size === 0) return counts;
  for (const { facts, node } of cluster.podsIn(namespace)) {
    const zone = labelOf(node, ZONE) ?? "";
    const known = counts.get(zone);
    if (known !== undefined && isAlike(facts)) counts.set(zone, known + 1);
  }
  return counts;
}

const labelOf = ({ node }: NodeState, key: string): string | undefined => node.metadata.labels?.[key];

function count(pods: Iterable<PodFacts>, isCounted: (pod: PodFacts) => boolean): number {
  let counted = 0;
  for (const pod of pods) if (isCounted(pod)) counted += 1;
  return counted;
}
