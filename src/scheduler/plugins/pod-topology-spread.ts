import { labelSelectorOf, type LabelSelector } from "../../api/label-selector.ts";
import { untoleratedTaint } from "../../api/tolerations.ts";
import type { Pod, TopologySpreadConstraint } from "../../api/types/core-v1.ts";
import type { ClusterView } from "../cluster-view.ts";
import type { NodeState } from "../node-table.ts";
import {
  changedNode,
  type ClusterChange,
  type Examination,
  type Plugin,
  type Rejection,
  type Score,
} from "../plugin.ts";
import type { PodFacts } from "../pod-facts.ts";
import { domainWeight, evenIsBest } from "../score-scales.ts";
import { defaultSpread } from "./default-spread.ts";
import { nodeRequirement } from "./node-affinity.ts";

const UNEVEN: Rejection = { reasons: ["node(s) didn't match pod topology spread constraints"], isResolvable: true };
const NO_DOMAIN: Rejection = {
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  isResolvable: false,
};

/** Spreads pods evenly over zones, nodes, or whatever a label of nodes names. */
export const podTopologySpread: Plugin = {
  name: "PodTopologySpread",
  helpfulChanges: ["node-added", "node-updated", "pod-assigned", "pod-removed", "pod-changed"],
  examine(pod, cluster) {
    const constraints = pod.pod.spec?.topologySpreadConstraints ?? [];
    if (constraints.length === 0) {
      const siblings = cluster.siblingsOf(pod.pod);
      return siblings && { score: defaultSpread(pod, siblings, cluster) };
    }
    const hard = constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule");
    const soft = constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "ScheduleAnyway");
    return {
      ...(hard.length > 0 ? { filter: evenness(pod, hard, cluster) } : {}),
      ...(soft.length > 0 ? { score: preference(pod, soft, cluster) } : {}),
    };
  },
  isHelpedBy,
};

function evenness(
  pod: PodFacts,
  constraints: readonly TopologySpreadConstraint[],
  cluster: ClusterView,
): NonNullable<Examination["filter"]> {
  const rules = constraints.map((constraint) => {
    const pods = labelSelectorOf(constraint.labelSelector);
    const counts = countByDomain(pod.pod, constraint, pods, cluster, hasAllKeys(constraints));
    const hasEnoughDomains = counts.size >= (constraint.minDomains ?? 1);
    return {
      ...constraint,
      counts,
      own: pods.matches(pod.pod.metadata.labels) ? 1 : 0,
      // Domains that do not exist yet count as empty.
      fewest: hasEnoughDomains ? Math.min(...counts.values()) : 0,
    };
  });
  return ({ node }) => {
    for (const { topologyKey, maxSkew, counts, own, fewest } of rules) {
      const domain = node.metadata.labels?.[topologyKey];
      if (domain === undefined) return NO_DOMAIN;
      if ((counts.get(domain) ?? 0) + own - fewest > maxSkew) return UNEVEN;
    }
    return undefined;
  };
}

function preference(pod: PodFacts, constraints: readonly TopologySpreadConstraint[], cluster: ClusterView): Score {
  const isCounted = hasAllKeys(constraints);
  const rules = constraints.map((constraint) => {
    const pods = labelSelectorOf(constraint.labelSelector);
    return { ...constraint, counts: countByDomain(pod.pod, constraint, pods, cluster, isCounted) };
  });
  return {
    weight: 2,
    of(feasible) {
      const weights = rules.map(({ topologyKey }) => domainWeight(domainsOf(feasible, topologyKey).size));
      const crowding = ({ node }: NodeState): number =>
        rules.reduce((sum, { topologyKey, maxSkew, counts }, index) => {
          const count = counts.get(node.metadata.labels?.[topologyKey] ?? "") ?? 0;
          return sum + count * (weights[index] ?? 0) + (maxSkew - 1);
        }, 0);
      return evenIsBest(feasible.map((state) => (isCounted(state) ? Math.round(crowding(state)) : undefined)));
    },
  };
}

const domainsOf = (feasible: readonly NodeState[], topologyKey: string): ReadonlySet<string> =>
  new Set(feasible.flatMap(({ node }) => node.metadata.labels?.[topologyKey] ?? []));

/** The matching pods of each domain, over the nodes that could take the pod at all. */
function countByDomain(
  pod: Pod,
  constraint: TopologySpreadConstraint,
  pods: LabelSelector,
  cluster: ClusterView,
  isCounted: (state: NodeState) => boolean,
): ReadonlyMap<string, number> {
  const { topologyKey, nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" } = constraint;
  const fits = nodeAffinityPolicy === "Honor" ? nodeRequirement(pod) : undefined;
  const isEligible = (state: NodeState): boolean =>
    isCounted(state) &&
    fits?.(state.node) !== false &&
    (nodeTaintsPolicy === "Ignore" ||
      !untoleratedTaint(state.node.spec?.taints, pod.spec?.tolerations, ["NoSchedule", "NoExecute"]));
  const counts = new Map<string, number>();
  for (const state of cluster.nodes) {
    const domain = state.node.metadata.labels?.[topologyKey];
    if (domain !== undefined && isEligible(state)) counts.set(domain, counts.get(domain) ?? 0);
  }
  for (const { facts, node } of cluster.podsIn(pod.metadata.namespace ?? "")) {
    const { metadata } = facts.pod;
    const domain = node.node.metadata.labels?.[topologyKey];
    // A pod on its way out makes room soon.
    if (domain === undefined || metadata.deletionTimestamp !== undefined) continue;
    if (pods.matches(metadata.labels) && isEligible(node)) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return counts;
}

const hasAllKeys =
  (constraints: readonly TopologySpreadConstraint[]) =>
  ({ node }: NodeState): boolean =>
    constraints.every(({ topologyKey }) => node.metadata.labels?.[topologyKey] !== undefined);

function isHelpedBy(change: ClusterChange, { pod }: PodFacts): boolean {
  const constraints = pod.spec?.topologySpreadConstraints ?? [];
  switch (change.type) {
    case "pod-changed":
      return true;
    case "pod-assigned":
    case "pod-removed":
      return (
        change.pod.metadata.namespace === pod.metadata.namespace &&
        constraints.some(({ labelSelector }) => labelSelectorOf(labelSelector).matches(change.pod.metadata.labels))
      );
    case "node-added":
    case "node-updated":
      return constraints.every(({ topologyKey }) => changedNode(change)?.metadata.labels?.[topologyKey] !== undefined);
    case "claim-changed":
    case "volume-changed":
    case "storage-changed":
      return false;
  }
}
