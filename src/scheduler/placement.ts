import type { ClusterView } from "./cluster-view.ts";
import type { NodeState } from "./node-table.ts";
import type { Examination, Plugin, Rejection } from "./plugin.ts";
import type { PodFacts } from "./pod-facts.ts";
import type { PodVolumes } from "./pod-volumes.ts";
import { refusalMessage, unschedulableMessage } from "./unschedulable-message.ts";

export type Placement =
  | {
      readonly outcome: "placed";
      readonly nodeName: string;
      readonly nextStart: number;
      readonly volumes: PodVolumes | undefined;
    }
  | {
      readonly outcome: "unschedulable";
      readonly message: string;
      /** The plugins whose objections would have to go. */
      readonly rejectedBy: ReadonlySet<string>;
    };

export interface PlacementOptions {
  readonly plugins: readonly Plugin[];
  /** Where among the nodes to begin, so that in a large cluster all get their turn. */
  readonly start: number;
  /** Chooses among equally good nodes; a number in [0, 1). */
  readonly random: () => number;
}

/** Below this many nodes all are looked at; above, upstream's shrinking share of them (at least 5 %) is enough. */
const FEWEST_FEASIBLE = 100;

/** Decides on which node a pod goes: of enough nodes that nothing speaks against, the one that most speaks for. */
export function placement(pod: PodFacts, cluster: ClusterView, options: PlacementOptions): Placement {
  const { nodes } = cluster;
  const { plugins, start, random } = options;
  const examined = plugins.flatMap((plugin) => {
    const examination = plugin.examine(pod, cluster);
    return examination ? [{ name: plugin.name, examination }] : [];
  });
  const refused = examined.find(({ examination }) => examination.refusal !== undefined);
  if (refused && nodes.length > 0) {
    const message = refusalMessage(pod.pod, nodes.length, refused.examination.refusal ?? "");
    return { outcome: "unschedulable", message, rejectedBy: new Set([refused.name]) };
  }
  const filters = examined.flatMap(({ name, examination: { filter } }) => (filter ? [{ name, filter }] : []));
  const enough = feasibleNodesToFind(nodes.length);
  const feasible: NodeState[] = [];
  const rejections: Rejection[] = [];
  const rejectedBy = new Set<string>();
  let looked = 0;
  for (; looked < nodes.length && feasible.length < enough; looked += 1) {
    const node = nodes[(start + looked) % nodes.length];
    if (!node) continue;
    const rejected = firstRejection(filters, node);
    if (!rejected) feasible.push(node);
    else {
      rejections.push(rejected.rejection);
      rejectedBy.add(rejected.name);
    }
  }
  const node = best(
    feasible,
    examined.map(({ examination }) => examination),
    random,
  );
  if (!node) {
    return { outcome: "unschedulable", message: unschedulableMessage(pod.pod, nodes.length, rejections), rejectedBy };
  }
  const volumes = examined.find(({ examination }) => examination.volumes)?.examination.volumes?.(node);
  return { outcome: "placed", nodeName: node.name, nextStart: (start + looked) % nodes.length, volumes };
}

function firstRejection(
  filters: readonly { readonly name: string; readonly filter: NonNullable<Examination["filter"]> }[],
  node: NodeState,
): { readonly name: string; readonly rejection: Rejection } | undefined {
  for (const { name, filter } of filters) {
    const rejection = filter(node);
    if (rejection) return { name, rejection };
  }
  return undefined;
}

function best(
  feasible: readonly NodeState[],
  examinations: readonly Examination[],
  random: () => number,
): NodeState | undefined {
  if (feasible.length <= 1) return feasible[0];
  const totals = new Float64Array(feasible.length);
  for (const { score } of examinations) {
    const scores = score?.of(feasible) ?? [];
    for (let index = 0; index < scores.length; index++) {
      totals[index] = (totals[index] ?? 0) + (score?.weight ?? 0) * (scores[index] ?? 0);
    }
  }
  let chosen = 0;
  let equals = 1;
  for (let index = 1; index < totals.length; index++) {
    const difference = (totals[index] ?? 0) - (totals[chosen] ?? 0);
    if (difference < 0) continue;
    equals = difference > 0 ? 1 : equals + 1;
    // The n-th of equals replaces the choice with a chance of 1/n: each is as likely as the others.
    if (difference > 0 || random() < 1 / equals) chosen = index;
  }
  return feasible[chosen];
}

function feasibleNodesToFind(nodes: number): number {
  if (nodes < FEWEST_FEASIBLE) return nodes;
  const percentage = Math.max(50 - Math.trunc(nodes / 125), 5);
  return Math.max(Math.trunc((nodes * percentage) / 100), FEWEST_FEASIBLE);
}
