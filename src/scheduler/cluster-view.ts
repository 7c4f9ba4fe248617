import type { Labels } from "../api/label-selector.ts";
import type { NodeState } from "./node-table.ts";
import type { PodFacts } from "./pod-facts.ts";

/** The cluster as plugins see it: the nodes, and the pods on them from several sides. */
export interface ClusterView {
  /** In the order in which they came. */
  readonly nodes: readonly NodeState[];
  podsIn(namespace: string): Iterable<PlacedPod>;
  /** Pods that say which others they want near or far: few, in most clusters. */
  podsWithAffinity(): Iterable<PlacedPod>;
  /** All namespaces with their labels. */
  readonly namespaces: ReadonlyMap<string, Labels | undefined>;
}

export interface PlacedPod {
  readonly facts: PodFacts;
  readonly node: NodeState;
}
