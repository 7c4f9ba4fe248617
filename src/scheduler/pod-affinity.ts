import { labelSelectorOf, type LabelSelector } from "../api/label-selector.ts";
import type { Pod, PodAffinityTerm, WeightedPodAffinityTerm } from "../api/types/core-v1.ts";
import type { ClusterView } from "./cluster-view.ts";

/** Which other pods a pod wants on nodes of the same kind as its own, or not there. */
export interface PodAffinity {
  readonly required: readonly AffinityTerm[];
  readonly requiredAway: readonly AffinityTerm[];
  /** Negative weights want to be away. */
  readonly preferred: readonly WeightedTerm[];
}

export interface AffinityTerm {
  readonly topologyKey: string;
  readonly pods: LabelSelector;
  readonly namespaces: readonly string[];
  /** Also namespaces that it selects. */
  readonly namespaceSelector: LabelSelector;
}

interface WeightedTerm {
  readonly term: AffinityTerm;
  readonly weight: number;
}

/** Undefined for most pods, which do not say. */
export function podAffinity({ metadata: { namespace = "" }, spec }: Pod): PodAffinity | undefined {
  const { podAffinity: near, podAntiAffinity: away } = spec?.affinity ?? {};
  if (!near && !away) return undefined;
  const terms = (list: readonly PodAffinityTerm[] | undefined): AffinityTerm[] =>
    (list ?? []).map((term) => compiled(term, namespace));
  const weighted = (list: readonly WeightedPodAffinityTerm[] | undefined, sign: 1 | -1): WeightedTerm[] =>
    (list ?? []).map(({ weight, podAffinityTerm }) => ({
      term: compiled(podAffinityTerm, namespace),
      weight: sign * weight,
    }));
  return {
    required: terms(near?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAway: terms(away?.requiredDuringSchedulingIgnoredDuringExecution),
    preferred: [
      ...weighted(near?.preferredDuringSchedulingIgnoredDuringExecution, 1),
      ...weighted(away?.preferredDuringSchedulingIgnoredDuringExecution, -1),
    ],
  };
}

/** Whether a term speaks of this pod. */
export function speaksOf(term: AffinityTerm, { metadata }: Pod, namespaces: ClusterView["namespaces"]): boolean {
  const { namespace = "", labels } = metadata;
  return (
    term.pods.matches(labels) &&
    (term.namespaces.includes(namespace) || term.namespaceSelector.matches(namespaces.get(namespace)))
  );
}

/** The namespaces that a term speaks of. */
export function namespacesOf(term: AffinityTerm, namespaces: ClusterView["namespaces"]): ReadonlySet<string> {
  const selected = [...namespaces].filter(([, labels]) => term.namespaceSelector.matches(labels)).map(([name]) => name);
  return new Set([...term.namespaces, ...selected]);
}

function compiled(
  { topologyKey, labelSelector, namespaces = [], namespaceSelector }: PodAffinityTerm,
  ownNamespace: string,
): AffinityTerm {
  const isOwn = namespaces.length === 0 && namespaceSelector === undefined;
  return {
    topologyKey,
    pods: labelSelectorOf(labelSelector),
    namespaces: isOwn ? [ownNamespace] : namespaces,
    namespaceSelector: labelSelectorOf(namespaceSelector),
  };
}
