import type { Pod } from "../../api/types/core-v1.ts";
import type { ClusterView, PlacedPod } from "../cluster-view.ts";
import type { NodeState } from "../node-table.ts";
import { changedNode, type ClusterChange, type Plugin, type Rejection, type Score } from "../plugin.ts";
import { namespacesOf, speaksOf, type AffinityTerm, type PodAffinity } from "../pod-affinity.ts";
import type { PodFacts } from "../pod-facts.ts";
import { betweenExtremes } from "../score-scales.ts";

const NOT_NEAR: Rejection = { reasons: ["node(s) didn't match pod affinity rules"], isResolvable: false };
const NOT_AWAY: Rejection = { reasons: ["node(s) didn't match pod anti-affinity rules"], isResolvable: true };
const UNWANTED: Rejection = {
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
  isResolvable: true,
};

/** InterPodAffinityArgs. */
export interface InterPodAffinityOptions {
  /** What a requirement of another pod is worth as a preference of the one to be placed. */
  readonly requirementWeight: number;
  /** What pods prefer that are there already counts only for pods that say something themselves. */
  readonly ignoresPreferencesOfOthers: boolean;
}

/** Upstream's. */
export const DEFAULT_INTER_POD_AFFINITY: InterPodAffinityOptions = {
  requirementWeight: 1,
  ignoresPreferencesOfOthers: false,
};

const NOTHING: PodAffinity = { required: [], requiredAway: [], preferred: [] };

/** Pods go near those they want, and away from those that they or that do not want each other. */
export const interPodAffinityWith = (options: InterPodAffinityOptions): Plugin => ({
  name: "InterPodAffinity",
  helpfulChanges: ["node-added", "node-updated", "pod-assigned", "pod-removed", "pod-changed"],
  examine(pod, cluster) {
    const { required, requiredAway } = pod.affinity ?? NOTHING;
    const score = preferences(pod, cluster, options);
    const unwanted = domainsOfRefusals(pod, cluster);
    const isNear = required.length > 0 ? nearness(pod, required, cluster) : undefined;
    const taken = requiredAway.length > 0 ? domainsOfAny(requiredAway, cluster) : undefined;
    if (!score && unwanted.size === 0 && !isNear && !taken) return undefined;
    return {
      filter(node) {
        if (isNear?.(node) === false) return NOT_NEAR;
        if (taken && isIn(taken, node)) return NOT_AWAY;
        return unwanted.size > 0 && isIn(unwanted, node) ? UNWANTED : undefined;
      },
      ...(score ? { score } : {}),
    };
  },
  isHelpedBy,
});

export const interPodAffinity = interPodAffinityWith(DEFAULT_INTER_POD_AFFINITY);

/** `topologyKey=value`: the nodes that count as one place. */
type Domains = ReadonlySet<string>;

function domainOf({ node }: NodeState, topologyKey: string): string | undefined {
  const value = node.metadata.labels?.[topologyKey];
  return value === undefined ? undefined : `${topologyKey}=${value}`;
}

function isIn(domains: Domains, { node }: NodeState): boolean {
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (domains.has(`${key}=${value}`)) return true;
  }
  return false;
}

/** Whether a node is where pods are that meet all the terms. */
function nearness(pod: PodFacts, terms: readonly AffinityTerm[], cluster: ClusterView): (node: NodeState) => boolean {
  const domains = new Set<string>();
  for (const { facts, node } of placedPods(terms.slice(0, 1), cluster)) {
    if (!terms.every((term) => speaksOf(term, facts.pod, cluster.namespaces))) continue;
    for (const { topologyKey } of terms) domains.add(domainOf(node, topologyKey) ?? "");
  }
  domains.delete("");
  // The first of pods that want to be together has nobody to join.
  const isFirst = domains.size === 0 && terms.every((term) => speaksOf(term, pod.pod, cluster.namespaces));
  return (node) =>
    terms.every(({ topologyKey }) => {
      const domain = domainOf(node, topologyKey);
      return domain !== undefined && (isFirst || domains.has(domain));
    });
}

/** Where there are pods that any of the terms speaks of. */
function domainsOfAny(terms: readonly AffinityTerm[], cluster: ClusterView): Domains {
  const domains = new Set<string>();
  for (const term of terms) {
    for (const { facts, node } of placedPods([term], cluster)) {
      if (speaksOf(term, facts.pod, cluster.namespaces)) domains.add(domainOf(node, term.topologyKey) ?? "");
    }
  }
  domains.delete("");
  return domains;
}

/** Where there are pods that want to be away from this one. */
function domainsOfRefusals({ pod }: PodFacts, cluster: ClusterView): Domains {
  const domains = new Set<string>();
  for (const { facts, node } of cluster.podsWithAffinity()) {
    for (const term of facts.affinity?.requiredAway ?? []) {
      if (speaksOf(term, pod, cluster.namespaces)) domains.add(domainOf(node, term.topologyKey) ?? "");
    }
  }
  domains.delete("");
  return domains;
}

function* placedPods(terms: readonly AffinityTerm[], cluster: ClusterView): Iterable<PlacedPod> {
  const namespaces = new Set(terms.flatMap((term) => [...namespacesOf(term, cluster.namespaces)]));
  for (const namespace of namespaces) yield* cluster.podsIn(namespace);
}

/** What this pod prefers of others, and what others prefer of it. */
function preferences(
  pod: PodFacts,
  cluster: ClusterView,
  { requirementWeight, ignoresPreferencesOfOthers }: InterPodAffinityOptions,
): Score | undefined {
  const { preferred: own } = pod.affinity ?? NOTHING;
  if (ignoresPreferencesOfOthers && own.length === 0) return undefined;
  const worth = new Map<string, number>();
  const add = (node: NodeState, topologyKey: string, weight: number): void => {
    const domain = domainOf(node, topologyKey);
    if (domain !== undefined) worth.set(domain, (worth.get(domain) ?? 0) + weight);
  };
  for (const { term, weight } of own) {
    for (const { facts, node } of placedPods([term], cluster)) {
      if (speaksOf(term, facts.pod, cluster.namespaces)) add(node, term.topologyKey, weight);
    }
  }
  for (const { facts, node } of cluster.podsWithAffinity()) {
    const { required, preferred } = facts.affinity ?? NOTHING;
    const wishes = [...preferred, ...required.map((term) => ({ term, weight: requirementWeight }))];
    for (const { term, weight } of wishes) {
      if (speaksOf(term, pod.pod, cluster.namespaces)) add(node, term.topologyKey, weight);
    }
  }
  if (worth.size === 0) return undefined;
  const sum = ({ node }: NodeState): number =>
    Object.entries(node.metadata.labels ?? {}).reduce(
      (total, [key, value]) => total + (worth.get(`${key}=${value}`) ?? 0),
      0,
    );
  return { weight: 2, of: (feasible) => betweenExtremes(feasible.map(sum)) };
}

function isHelpedBy(change: ClusterChange, { affinity }: PodFacts): boolean {
  switch (change.type) {
    case "pod-changed":
    case "pod-removed":
      return true;
    case "pod-assigned":
      return (affinity?.required ?? []).some((term) => couldSpeakOf(term, change.pod));
    case "node-added":
    case "node-updated":
      return hasDomains(changedNode(change)?.metadata.labels, affinity);
    case "claim-changed":
    case "volume-changed":
    case "storage-changed":
      return false;
  }
}

/** Without asking for the namespace's labels: looking again in vain does no harm. */
const couldSpeakOf = (term: AffinityTerm, { metadata }: Pod): boolean => term.pods.matches(metadata.labels);

const hasDomains = (labels: Readonly<Record<string, string>> | undefined, affinity: PodAffinity | undefined): boolean =>
  (affinity?.required ?? []).every(({ topologyKey }) => labels?.[topologyKey] !== undefined);
