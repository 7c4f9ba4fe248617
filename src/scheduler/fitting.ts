import type { ClusterView } from "./cluster-view.ts";
import type { NodeState } from "./node-table.ts";
import type { Examination, Plugin, Rejection } from "./plugin.ts";
import { priorityOf, type PodFacts } from "./pod-facts.ts";
import { Trial } from "./trial.ts";

/** What a plugin has to say about a pod. */
export interface Examined {
  readonly name: string;
  readonly isLocal: boolean;
  readonly examination: Examination;
}

export interface NamedRejection {
  /** Of the plugin. */
  readonly name: string;
  readonly rejection: Rejection;
}

export function examine(pod: PodFacts, cluster: ClusterView, plugins: readonly Plugin[]): readonly Examined[] {
  return plugins.flatMap((plugin) => {
    const examination = plugin.examine(pod, cluster);
    return examination ? [{ name: plugin.name, isLocal: plugin.isLocal === true, examination }] : [];
  });
}

/** The first objection to a pod on a node. */
export function firstRejection(examined: readonly Examined[], node: NodeState): NamedRejection | undefined {
  for (const { name, examination } of examined) {
    const rejection = examination.filter?.(node);
    if (rejection) return { name, rejection };
  }
  return undefined;
}

/** The first objection in a cluster that is only tried. */
export function trialRejection(pod: PodFacts, trial: Trial, plugins: readonly Plugin[]): NamedRejection | undefined {
  const examined = examine(pod, trial, plugins);
  const refused = examined.find(({ examination }) => examination.refusal !== undefined);
  if (refused) {
    const rejection = { reasons: [refused.examination.refusal ?? ""], isResolvable: false };
    return { name: refused.name, rejection };
  }
  return firstRejection(examined, trial.node);
}

/**
 * The first objection if the pods came too that were promised room on the node, as far as they are not less important. They may never
 * come, so a node must do without and with them.
 */
export function rejectionBesideNominated(
  pod: PodFacts,
  cluster: ClusterView,
  node: NodeState,
  plugins: readonly Plugin[],
): NamedRejection | undefined {
  const promised = cluster.nominatedOn(node.name);
  // Nearly always, and asked of every node for every pod.
  if (promised.length === 0) return undefined;
  const nominated = promised.filter(
    (other) => other.uid !== pod.uid && priorityOf(other) >= priorityOf(pod) && !node.pods.has(other.uid),
  );
  if (nominated.length === 0) return undefined;
  const trial = new Trial(cluster, node);
  for (const other of nominated) trial.add(other, true);
  return trialRejection(pod, trial, plugins);
}
