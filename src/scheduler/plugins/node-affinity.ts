import { selectorOfLabels } from "../../api/label-selector.ts";
import { matchesNodeSelector, matchesNodeSelectorTerm } from "../../api/node-selector.ts";
import type { Node, NodeAffinity, Pod } from "../../api/types/core-v1.ts";
import type { NodeState } from "../node-table.ts";
import { changedNode, type Plugin, type Rejection, type Score, scorePerNode } from "../plugin.ts";
import { highestIsBest } from "../score-scales.ts";

const REJECTION: Rejection = { reasons: ["node(s) didn't match Pod's node affinity/selector"], isResolvable: false };

/** A pod goes where its nodeSelector and its node affinity want it, and `added`, which counts for every pod. */
export const nodeAffinityWith = (added: NodeAffinity): Plugin => ({
  name: "NodeAffinity",
  isLocal: true,
  helpfulChanges: ["node-added", "node-updated", "pod-changed"],
  examine({ pod }) {
    const fits = both(nodeRequirement(pod), addedRequirement(added));
    const score = preference(pod, added);
    if (!fits && !score) return undefined;
    return {
      ...(fits ? { filter: ({ node }) => (fits(node) ? undefined : REJECTION) } : {}),
      ...(score ? { score } : {}),
    };
  },
  isHelpedBy(change, { pod }) {
    if (change.type === "pod-changed") return true;
    const node = changedNode(change);
    return node !== undefined && both(nodeRequirement(pod), addedRequirement(added))?.(node) !== false;
  },
});

export const nodeAffinity = nodeAffinityWith({});

type Requirement = (node: Node) => boolean;

function addedRequirement({ requiredDuringSchedulingIgnoredDuringExecution: required }: NodeAffinity) {
  return required && ((node: Node) => matchesNodeSelector(required, node));
}

function both(a: Requirement | undefined, b: Requirement | undefined): Requirement | undefined {
  return a && b ? (node) => a(node) && b(node) : (a ?? b);
}

/** Undefined for a pod that may go anywhere. */
export function nodeRequirement({ spec }: Pod): ((node: Node) => boolean) | undefined {
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const hasSelector = Object.keys(spec?.nodeSelector ?? {}).length > 0;
  if (!required && !hasSelector) return undefined;
  const selector = selectorOfLabels(spec?.nodeSelector);
  return (node) => selector.matches(node.metadata.labels) && (!required || matchesNodeSelector(required, node));
}

function preference({ spec }: Pod, added: NodeAffinity): Score | undefined {
  const preferred = [spec?.affinity?.nodeAffinity ?? {}, added].flatMap(
    ({ preferredDuringSchedulingIgnoredDuringExecution: terms = [] }) => terms,
  );
  if (preferred.length === 0) return undefined;
  const worth = ({ node }: NodeState): number =>
    preferred
      .filter(({ preference: term }) => matchesNodeSelectorTerm(term, node))
      .reduce((sum, { weight }) => sum + weight, 0);
  return scorePerNode(2, worth, highestIsBest);
}
