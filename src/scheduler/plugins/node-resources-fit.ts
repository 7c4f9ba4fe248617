import type { NodeState } from "../node-table.ts";
import { type Plugin, type Rejection, scorePerNode } from "../plugin.ts";
import type { PodFacts } from "../pod-facts.ts";
import { allocatableOf } from "../resources.ts";
import { DEFAULT_STRATEGY, strategyScore, type ScoringStrategy } from "./scoring-strategy.ts";

/** A node takes no more pods than what they ask for leaves room for; of those that fit, the strategy prefers some. */
export const nodeResourcesFitWith = (strategy: ScoringStrategy): Plugin => ({
  name: "NodeResourcesFit",
  isLocal: true,
  helpfulChanges: ["node-added", "node-updated", "pod-removed", "pod-changed"],
  examine: (pod) => ({
    filter: (node) => rejection(pod, node),
    score: scorePerNode(1, (node) => strategyScore(strategy, pod, node)),
  }),
  isHelpedBy(change, pod) {
    switch (change.type) {
      case "pod-removed":
      case "pod-changed":
        return true;
      case "node-added":
        return couldHold(pod, allocatableOf(change.node));
      case "node-updated":
        return (
          !Bun.deepEquals(change.node.status?.allocatable, change.previous.status?.allocatable) &&
          couldHold(pod, allocatableOf(change.node))
        );
      case "pod-assigned":
      case "claim-changed":
      case "volume-changed":
      case "storage-changed":
        return false;
    }
  },
});

export const nodeResourcesFit = nodeResourcesFitWith(DEFAULT_STRATEGY);

function rejection({ requests }: PodFacts, { allocatable, used, pods }: NodeState): Rejection | undefined {
  const isFull = pods.size + 1 > allocatable.pods;
  const isShort =
    requests.milliCpu > allocatable.milliCpu - used.milliCpu ||
    requests.memoryBytes > allocatable.memoryBytes - used.memoryBytes ||
    requests.ephemeralStorageBytes > allocatable.ephemeralStorageBytes - used.ephemeralStorageBytes ||
    requests.others.size > 0;
  // The usual case on the way to a decision: nothing is allocated for it.
  if (!isFull && !isShort) return undefined;

  const reasons: string[] = isFull ? ["Too many pods"] : [];
  let isResolvable = true;
  const compare = (name: string, wanted: number, total: number, taken: number): void => {
    if (wanted === 0 || wanted <= total - taken) return;
    reasons.push(`Insufficient ${name}`);
    // No eviction makes a node larger.
    if (wanted > total) isResolvable = false;
  };
  compare("cpu", requests.milliCpu, allocatable.milliCpu, used.milliCpu);
  compare("memory", requests.memoryBytes, allocatable.memoryBytes, used.memoryBytes);
  const { ephemeralStorageBytes } = requests;
  compare("ephemeral-storage", ephemeralStorageBytes, allocatable.ephemeralStorageBytes, used.ephemeralStorageBytes);
  for (const [name, wanted] of requests.others) {
    compare(name, wanted, allocatable.others.get(name) ?? 0, used.others.get(name) ?? 0);
  }
  return reasons.length === 0 ? undefined : { reasons, isResolvable };
}

function couldHold({ requests }: PodFacts, allocatable: NodeState["allocatable"]): boolean {
  return (
    requests.milliCpu <= allocatable.milliCpu &&
    requests.memoryBytes <= allocatable.memoryBytes &&
    requests.ephemeralStorageBytes <= allocatable.ephemeralStorageBytes &&
    [...requests.others].every(([name, wanted]) => wanted <= (allocatable.others.get(name) ?? 0))
  );
}
