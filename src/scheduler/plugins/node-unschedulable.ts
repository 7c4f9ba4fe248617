import { tolerates } from "../../api/tolerations.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { changedNode, type Plugin, type Rejection } from "../plugin.ts";

const TAINT = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
const REJECTION: Rejection = { reasons: ["node(s) were unschedulable"], isResolvable: false };

/** Nodes that are cordoned take only pods that tolerate it. */
export const nodeUnschedulable: Plugin = {
  name: "NodeUnschedulable",
  isLocal: true,
  helpfulChanges: ["node-added", "node-updated", "pod-changed"],
  examine: ({ pod }) =>
    isTolerant(pod) ? undefined : { filter: ({ node }) => (node.spec?.unschedulable === true ? REJECTION : undefined) },
  isHelpedBy(change, { pod }) {
    if (change.type === "pod-changed") return isTolerant(pod);
    const node = changedNode(change);
    return node !== undefined && node.spec?.unschedulable !== true;
  },
};

const isTolerant = ({ spec }: Pod): boolean =>
  spec?.tolerations?.some((toleration) => tolerates(toleration, TAINT)) === true;
