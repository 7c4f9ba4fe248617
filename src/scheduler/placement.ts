import type { ClusterView } from "./cluster-view.ts";
import { type Examined, examine, firstRejection, type NamedRejection, rejectionBesideNominated } from "./fitting.ts";
import { type LocalAnswer, LocalAnswers } from "./local-answers.ts";
import type { NodeState } from "./node-table.ts";
import type { Plugin, Rejection } from "./plugin.ts";
import type { PodFacts } from "./pod-facts.ts";
import type { PodVolumes } from "./pod-volumes.ts";
import { nodesMessage, refusalMessage } from "./unschedulable-message.ts";

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
      /** Empty where no node at all came into question. */
      readonly rejections: ReadonlyMap<NodeState, Rejection>;
    };

export interface PlacementOptions {
  readonly plugins: readonly Plugin[];
  /** Where among the nodes to begin, so that in a large cluster all get their turn. */
  readonly start: number;
  /** Chooses among equally good nodes; a number in [0, 1). */
  readonly random: () => number;
  /** Where the pod was promised room. */
  readonly nominatedNode?: string | undefined;
  /** Of many nodes, look for feasible ones until there are so many; 0: a share that shrinks with the cluster. */
  readonly percentageOfNodesToScore?: number;
  /** What is known from earlier placements in the same cluster. */
  readonly answers?: LocalAnswers;
}

/** Below this many nodes all are looked at; above, upstream's shrinking share of them (at least 5 %) is enough. */
const FEWEST_FEASIBLE = 100;

/** Decides on which node a pod goes: of enough nodes that nothing speaks against, the one that most speaks for. */
export function placement(pod: PodFacts, cluster: ClusterView, options: PlacementOptions): Placement {
  const { nodes } = cluster;
  const { plugins, start, random, nominatedNode, percentageOfNodesToScore = 0 } = options;
  if (nodes.length === 0) {
    const message = "no nodes available to schedule pods";
    return { outcome: "unschedulable", message, rejectedBy: new Set(), rejections: new Map() };
  }
  const examined = examine(pod, cluster, plugins);
  const refused = examined.find(({ examination }) => examination.refusal !== undefined);
  if (refused) {
    const message = refusalMessage(nodes.length, refused.examination.refusal ?? "");
    return { outcome: "unschedulable", message, rejectedBy: new Set([refused.name]), rejections: new Map() };
  }
  const { answers = new LocalAnswers() } = options;
  const answerAbout = answers.of(pod, plugins, examined);
  const others = examined.filter(({ isLocal, examination }) => !isLocal && examination.filter !== undefined);
  const reject = (node: NodeState, answer: LocalAnswer): NamedRejection | undefined =>
    // The local plugins are the first ones.
    answer.rejection ?? firstRejection(others, node) ?? rejectionBesideNominated(pod, cluster, node, plugins);
  const placedOn = (node: NodeState, nextStart: number): Placement => {
    const volumes = examined.find(({ examination }) => examination.volumes)?.examination.volumes?.(node);
    return { outcome: "placed", nodeName: node.name, nextStart, volumes };
  };
  const promised = nominatedNode === undefined ? undefined : nodes.find(({ name }) => name === nominatedNode);
  if (promised && !reject(promised, answerAbout(promised))) return placedOn(promised, start);

  const enough = feasibleNodesToFind(nodes.length, percentageOfNodesToScore);
  const feasible: NodeState[] = [];
  const feasibleAnswers: LocalAnswer[] = [];
  const rejections = new Map<NodeState, Rejection>();
  const rejectedBy = new Set<string>();
  let looked = 0;
  for (; looked < nodes.length && feasible.length < enough; looked += 1) {
    const node = nodes[(start + looked) % nodes.length];
    if (!node) continue;
    const answer = answerAbout(node);
    const rejected = reject(node, answer);
    if (rejected) {
      rejections.set(node, rejected.rejection);
      rejectedBy.add(rejected.name);
      continue;
    }
    feasible.push(node);
    feasibleAnswers.push(answer);
  }
  const node = best(feasible, feasibleAnswers, examined, random);
  if (node) return placedOn(node, (start + looked) % nodes.length);
  const reasons = [...rejections.values()].flatMap((rejection) => rejection.reasons);
  return { outcome: "unschedulable", message: nodesMessage(nodes.length, reasons), rejectedBy, rejections };
}

function best(
  feasible: readonly NodeState[],
  answers: readonly LocalAnswer[],
  examined: readonly Examined[],
  random: () => number,
): NodeState | undefined {
  if (feasible.length <= 1) return feasible[0];
  const totals = new Float64Array(feasible.length);
  let local = 0;
  for (const { isLocal, examination } of examined) {
    const { score } = examination;
    if (!score) continue;
    const { weight, perNode } = score;
    if (!isLocal || !perNode) addScores(totals, weight, score.of(feasible));
    else {
      const index = local++;
      addScores(totals, weight, perNode.scale(answers.map(({ values }) => values[index] ?? 0)));
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

function addScores(totals: Float64Array, weight: number, scores: readonly number[]): void {
  for (let index = 0; index < scores.length; index++) {
    totals[index] = (totals[index] ?? 0) + weight * (scores[index] ?? 0);
  }
}

function feasibleNodesToFind(nodes: number, percentageOfNodesToScore: number): number {
  if (nodes < FEWEST_FEASIBLE) return nodes;
  const percentage = percentageOfNodesToScore || Math.max(50 - Math.trunc(nodes / 125), 5);
  if (percentage >= 100) return nodes;
  return Math.max(Math.trunc((nodes * percentage) / 100), FEWEST_FEASIBLE);
}
