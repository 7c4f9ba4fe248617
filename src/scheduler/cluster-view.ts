import type { Labels, LabelSelector } from "../api/label-selector.ts";
import type { Pod } from "../api/types/core-v1.ts";
import type { NodeState } from "./node-table.ts";
import type { PodFacts } from "./pod-facts.ts";
import type { StorageView } from "./storage-view.ts";

/** The cluster as plugins see it: the nodes, and the pods on them from several sides. */
export interface ClusterView {
  /** In the order in which they came. */
  readonly nodes: readonly NodeState[];
  podsIn(namespace: string): Iterable<PlacedPod>;
  /** Pods that say which others they want near or far: few, in most clusters. */
  podsWithAffinity(): Iterable<PlacedPod>;
  /** How many pods that have a node use a claim, `namespace/name`. */
  countPodsWithClaim(key: string): number;
  /** Pods that were promised room on a node, and are not there yet. */
  nominatedOn(nodeName: string): readonly PodFacts[];
  /** How many nodes have an image of this name. */
  readonly nodesWithImage: (name: string) => number;
  readonly storage: StorageView;
  /** The pods that a pod belongs with: of the same owner and Services. Undefined: it belongs to nothing. */
  readonly siblingsOf: (pod: Pod) => LabelSelector | undefined;
  /** All namespaces with their labels. */
  readonly namespaces: ReadonlyMap<string, Labels | undefined>;
}

export interface PlacedPod {
  readonly facts: PodFacts;
  readonly node: NodeState;
}
