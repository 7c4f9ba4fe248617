import { selectorOfLabels } from "../../api/label-selector.ts";
import { matchesNodeSelector } from "../../api/node-selector.ts";
import { untoleratedTaint } from "../../api/tolerations.ts";
import type { Node, PodTemplateSpec } from "../../api/types/core-v1.ts";

/** What becomes of a daemon on a node: it has to be there, it may stay if it is there, or it has to go. */
export type NodeFit = "run" | "stay" | "go";

/** Decides for all nodes by the template that their pods would have. */
export function nodeFit({ spec }: PodTemplateSpec): (node: Node) => NodeFit {
  const selector = selectorOfLabels(spec?.nodeSelector);
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (node) => {
    const isNamed = !spec?.nodeName || spec.nodeName === node.metadata.name;
    const isSelected = selector.matches(node.metadata.labels) && (!required || matchesNodeSelector(required, node));
    if (!isNamed || !isSelected) return "go";
    const isFreeOf = (...effects: readonly string[]): boolean =>
      untoleratedTaint(node.spec?.taints, spec?.tolerations, effects) === undefined;
    if (isFreeOf("NoSchedule", "NoExecute")) return "run";
    return isFreeOf("NoExecute") ? "stay" : "go";
  };
}
