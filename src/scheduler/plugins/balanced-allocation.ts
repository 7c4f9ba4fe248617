import type { NodeState } from "../node-table.ts";
import { type Plugin, scorePerNode } from "../plugin.ts";
import type { PodFacts } from "../pod-facts.ts";

/** Prefers nodes whose cpu and memory the pod makes more evenly used. */
export const balancedAllocation: Plugin = {
  name: "NodeResourcesBalancedAllocation",
  isLocal: true,
  helpfulChanges: [],
  examine: (pod) =>
    // A pod that asks for nothing balances nothing.
    pod.requests.milliCpu === 0 && pod.requests.memoryBytes === 0
      ? undefined
      : { score: scorePerNode(1, (node) => improvement(pod, node)) },
  isHelpedBy: () => false,
};

/** From 50 (worse) to 100 (better); 75 leaves the balance as it is. */
function improvement({ requests }: PodFacts, { allocatable, used }: NodeState): number {
  const balance = (milliCpu: number, memoryBytes: number): number => {
    const cpu = Math.min(milliCpu / allocatable.milliCpu, 1);
    const memory = Math.min(memoryBytes / allocatable.memoryBytes, 1);
    return Math.trunc((1 - Math.abs(cpu - memory) / 2) * 100);
  };
  if (allocatable.milliCpu === 0 || allocatable.memoryBytes === 0) return 75;
  const before = balance(used.milliCpu, used.memoryBytes);
  const after = balance(used.milliCpu + requests.milliCpu, used.memoryBytes + requests.memoryBytes);
  return 50 + Math.trunc((50 + after - before) / 2);
}
