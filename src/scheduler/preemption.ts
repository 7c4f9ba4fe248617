import { labelSelectorOf } from "../api/label-selector.ts";
import { podCondition } from "../api/pod-readiness.ts";
import type { Pod } from "../api/types/core-v1.ts";
import type { PodDisruptionBudget } from "../api/types/policy-v1.ts";
import type { ClusterView } from "./cluster-view.ts";
import { rejectionBesideNominated, trialRejection } from "./fitting.ts";
import type { NodeState } from "./node-table.ts";
import type { Plugin, Rejection } from "./plugin.ts";
import { type PodFacts, priorityOf } from "./pod-facts.ts";
import { Trial } from "./trial.ts";
import { nodesMessage } from "./unschedulable-message.ts";

export type Preemption =
  | { readonly outcome: "victims"; readonly nodeName: string; readonly victims: readonly Pod[] }
  /** Why nobody has to go for the pod. */
  | {
      readonly outcome: "none";
      readonly message: string;
      /** Room that was promised to the pod stays promised. */
      readonly keepsNomination: boolean;
    };

export interface PreemptionOptions {
  readonly plugins: readonly Plugin[];
  /** Why each node rejected the pod; a node that is missing was not looked at. */
  readonly rejections: ReadonlyMap<NodeState, Rejection>;
  readonly budgets: readonly PodDisruptionBudget[];
  /** Where the pod was promised room before. */
  readonly nominatedNode: string | undefined;
  /** A number in [0, 1): where among the nodes to begin. */
  readonly random: () => number;
  readonly nowMs: number;
}

/** The end of a pod that a more important one took the place of says so by this reason. */
export const PREEMPTION_REASON = "PreemptionByScheduler";

/** Of many nodes not all are tried: upstream's share and number. */
const TRIED_SHARE = 0.1;
const FEWEST_TRIED = 100;

const NO_VICTIMS = "No preemption victims found for incoming pod";
const NOT_HELPFUL = "Preemption is not helpful for scheduling";

interface Candidate {
  readonly node: NodeState;
  /** The most important first. */
  readonly victims: readonly PodFacts[];
  readonly violations: number;
}

/** Decides which less important pods have to go so that a pod fits, if that would help. */
export function preemption(pod: PodFacts, cluster: ClusterView, options: PreemptionOptions): Preemption {
  const { rejections, random } = options;
  const obstacle = ineligibility(pod, cluster, options);
  if (obstacle !== undefined) return { outcome: "none", message: obstacle, keepsNomination: true };
  const promising = [...rejections].filter(([, { isResolvable }]) => isResolvable).map(([node]) => node);
  const start = Math.trunc(random() * promising.length);
  const enough = Math.max(Math.trunc(promising.length * TRIED_SHARE), FEWEST_TRIED);
  const candidates: Candidate[] = [];
  const failures = new Map<NodeState, readonly string[]>();
  for (const [index] of promising.entries()) {
    const node = promising[(start + index) % promising.length];
    if (!node) continue;
    const found = candidateOn(node, pod, cluster, options);
    if ("victims" in found) candidates.push(found);
    else failures.set(node, found.reasons);
    if (candidates.length >= enough && candidates.some(({ violations }) => violations === 0)) break;
  }
  const best = bestCandidate(candidates, options.nowMs);
  if (best) return { outcome: "victims", nodeName: best.node.name, victims: best.victims.map((each) => each.pod) };
  const reasons = cluster.nodes.flatMap((node) => failures.get(node) ?? [NOT_HELPFUL]);
  return { outcome: "none", message: nodesMessage(cluster.nodes.length, reasons), keepsNomination: false };
}

function ineligibility(pod: PodFacts, cluster: ClusterView, options: PreemptionOptions): string | undefined {
  if (pod.pod.spec?.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const nominated = cluster.nodes.find(({ name }) => name === options.nominatedNode);
  if (!nominated || options.rejections.get(nominated)?.isResolvable === false) return undefined;
  const isMakingRoom = [...nominated.pods.values()].some(
    (other) => priorityOf(other) < priorityOf(pod) && isBeingPreempted(other.pod),
  );
  return isMakingRoom ? "not eligible due to a terminating pod on the nominated node." : undefined;
}

function isBeingPreempted(pod: Pod): boolean {
  const condition = podCondition(pod, "DisruptionTarget");
  return (
    pod.metadata.deletionTimestamp !== undefined &&
    condition?.status === "True" &&
    condition.reason === PREEMPTION_REASON
  );
}

/** Takes all less important pods away, and gives back, in order of importance, those that the pod can live with. */
function candidateOn(
  node: NodeState,
  pod: PodFacts,
  cluster: ClusterView,
  { plugins, budgets, nowMs }: PreemptionOptions,
): Candidate | { readonly reasons: readonly string[] } {
  const lesser = [...node.pods.values()]
    .filter((other) => priorityOf(other) < priorityOf(pod))
    .toSorted((a, b) => moreImportantFirst(a, b, nowMs));
  if (lesser.length === 0) return { reasons: [NO_VICTIMS] };
  const trial = new Trial(cluster, node);
  for (const other of lesser) trial.remove(other);
  const problem = (): Rejection | undefined =>
    trialRejection(pod, trial, plugins)?.rejection ??
    rejectionBesideNominated(pod, trial, trial.node, plugins)?.rejection;
  const rejection = problem();
  if (rejection) return { reasons: rejection.reasons };
  const violating = violatingPods(lesser, budgets);
  const victims: PodFacts[] = [];
  for (const other of [...lesser.filter((one) => violating.has(one)), ...lesser.filter((one) => !violating.has(one))]) {
    trial.add(other);
    if (!problem()) continue;
    trial.remove(other);
    victims.push(other);
  }
  if (victims.length === 0) return { reasons: [NO_VICTIMS] };
  return {
    node,
    victims: victims.toSorted((a, b) => moreImportantFirst(a, b, nowMs)),
    violations: victims.filter((victim) => violating.has(victim)).length,
  };
}

function moreImportantFirst(a: PodFacts, b: PodFacts, nowMs: number): number {
  return priorityOf(b) - priorityOf(a) || startTime(a, nowMs) - startTime(b, nowMs);
}

const startTime = ({ pod: { status } }: PodFacts, nowMs: number): number =>
  status?.startTime === undefined ? nowMs : Date.parse(status.startTime);

/** Pods whose end would be one too many for a budget, when they end in this order. */
function violatingPods(pods: readonly PodFacts[], budgets: readonly PodDisruptionBudget[]): ReadonlySet<PodFacts> {
  const rules = budgets.map(({ metadata, spec, status }) => ({
    namespace: metadata.namespace,
    selector: labelSelectorOf(spec?.selector),
    disrupted: status?.disruptedPods ?? {},
    allowed: status?.disruptionsAllowed ?? 0,
  }));
  return new Set(
    pods.filter(({ pod: { metadata } }) => {
      let isViolating = false;
      for (const rule of rules) {
        const { namespace, selector, disrupted } = rule;
        if (namespace !== metadata.namespace || selector.isEverything || !selector.matches(metadata.labels)) continue;
        // Its end is counted already.
        if (disrupted[metadata.name ?? ""] !== undefined) continue;
        rule.allowed -= 1;
        if (rule.allowed < 0) isViolating = true;
      }
      return isViolating;
    }),
  );
}

/** The node where the least is lost: each question only decides between those that the earlier ones left equal. */
function bestCandidate(candidates: readonly Candidate[], nowMs: number): Candidate | undefined {
  const losses: readonly ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims: [first] }) => (first ? priorityOf(first) : 0),
    // Lifted above zero, so that of negative priorities too fewer are better.
    ({ victims }) => victims.reduce((sum, victim) => sum + priorityOf(victim) + 2 ** 31, 0),
    ({ victims }) => victims.length,
    // Of the most important ones, the one that has run longest.
    ({ victims }) => {
      const highest = Math.max(...victims.map(priorityOf));
      const starts = victims.filter((victim) => priorityOf(victim) === highest).map((each) => startTime(each, nowMs));
      return -Math.min(...starts);
    },
  ];
  let left = candidates;
  for (const loss of losses) {
    const least = Math.min(...left.map(loss));
    left = left.filter((candidate) => loss(candidate) === least);
  }
  return left[0];
}
