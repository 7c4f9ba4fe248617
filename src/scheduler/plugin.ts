import type { Node, PersistentVolumeClaim, Pod } from "../api/types/core-v1.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { NodeState } from "./node-table.ts";
import type { PodFacts } from "./pod-facts.ts";
import type { PodVolumes } from "./pod-volumes.ts";

/**
 * One reason why a pod may or may not be on a node, or should rather be on another. Plugins are pure: they look at the pod and
 * at the cluster, and change nothing.
 */
export interface Plugin {
  readonly name: string;
  /** What it says of a node follows from that node and from what `podShape` tells of the pod: it is not asked twice about the same. */
  readonly isLocal?: true;
  /** What there is to say about this pod, worked out once for all nodes; undefined if nothing is. */
  examine(pod: PodFacts, cluster: ClusterView): Examination | undefined;
  /** The types of changes that could ever help a pod that this plugin kept out; it is not asked about others. */
  readonly helpfulChanges: readonly ClusterChange["type"][];
  /** Whether a change may let a pod in that this plugin kept out. */
  isHelpedBy(change: ClusterChange, pod: PodFacts): boolean;
}

export interface Examination {
  /** Why no node at all comes into question. */
  readonly refusal?: string;
  /** Undefined: the pod fits. */
  readonly filter?: (node: NodeState) => Rejection | undefined;
  readonly score?: Score;
  /** What has to happen to the pod's claims before it may go to a node that was let through. */
  readonly volumes?: (node: NodeState) => PodVolumes;
}

export interface Score {
  readonly weight: number;
  /** How good each of the nodes is that nothing speaks against, from 0 to 100. */
  readonly of: (feasible: readonly NodeState[]) => readonly number[];
  /** If each node is judged by itself at first: how, and what becomes of those judgements when they are compared. */
  readonly perNode?: { readonly valueOf: (node: NodeState) => number; readonly scale: Scale };
}

type Scale = (values: readonly number[]) => readonly number[];

const AS_THEY_ARE: Scale = (values) => values;

export function scorePerNode(weight: number, valueOf: (node: NodeState) => number, scale: Scale = AS_THEY_ARE): Score {
  return { weight, of: (feasible) => scale(feasible.map(valueOf)), perNode: { valueOf, scale } };
}

export interface Rejection {
  /** Users see these, counted over all nodes. */
  readonly reasons: readonly string[];
  /** Whether the pod would fit if other pods went away. */
  readonly isResolvable: boolean;
}

/** What happened to the cluster that could matter to pods that wait. */
export type ClusterChange =
  | { readonly type: "node-added"; readonly node: Node }
  | { readonly type: "node-updated"; readonly node: Node; readonly previous: Node }
  /** A pod got its node, or one that has its node changed. */
  | { readonly type: "pod-assigned"; readonly pod: Pod }
  | { readonly type: "pod-removed"; readonly pod: Pod }
  | { readonly type: "claim-changed"; readonly claim: PersistentVolumeClaim }
  | { readonly type: "volume-changed" }
  /** A storage class, a driver, or what drivers tell of nodes. */
  | { readonly type: "storage-changed" }
  /** The waiting pod itself is not what it was. */
  | { readonly type: "pod-changed"; readonly pod: Pod };

/** The node of a change, if it is about one. */
export function changedNode(change: ClusterChange): Node | undefined {
  return change.type === "node-added" || change.type === "node-updated" ? change.node : undefined;
}
