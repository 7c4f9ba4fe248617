import { tolerates, untoleratedTaint } from "../../api/tolerations.ts";
import type { Node, Pod, Taint, Toleration } from "../../api/types/core-v1.ts";
import { changedNode, type Plugin, type Rejection, scorePerNode } from "../plugin.ts";
import { lowestIsBest } from "../score-scales.ts";

const REJECTION: Rejection = { reasons: ["node(s) had untolerated taint(s)"], isResolvable: false };
const FORBIDDING = ["NoSchedule", "NoExecute"];

/** Tainted nodes take only pods that tolerate the taint, or take others last. */
export const taintToleration: Plugin = {
  name: "TaintToleration",
  isLocal: true,
  helpfulChanges: ["node-added", "node-updated", "pod-changed"],
  examine({ pod }) {
    const forSoftTaints = (pod.spec?.tolerations ?? []).filter(({ effect = "" }) =>
      ["", "PreferNoSchedule"].includes(effect),
    );
    return {
      filter: ({ node }) => (isTolerated(node, pod) ? undefined : REJECTION),
      score: scorePerNode(3, ({ node }) => countUntolerated(node.spec?.taints, forSoftTaints), lowestIsBest),
    };
  },
  isHelpedBy(change, { pod }) {
    if (change.type === "pod-changed") return true;
    const node = changedNode(change);
    return node !== undefined && isTolerated(node, pod);
  },
};

/** Most nodes have no taints, and every feasible node is asked. */
function countUntolerated(taints: readonly Taint[] | undefined, tolerations: readonly Toleration[]): number {
  if (!taints) return 0;
  return taints.filter(
    (taint) => taint.effect === "PreferNoSchedule" && !tolerations.some((toleration) => tolerates(toleration, taint)),
  ).length;
}

const isTolerated = ({ spec }: Node, pod: Pod): boolean =>
  untoleratedTaint(spec?.taints, pod.spec?.tolerations, FORBIDDING) === undefined;
