import { requiredNodeFeatures } from "../../api/node-features.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { changedNode, type Plugin, type Rejection } from "../plugin.ts";

const REJECTION: Rejection = { reasons: ["node(s) didn't match Pod's required features"], isResolvable: false };

/** Pods that need something that older nodes cannot do go to nodes that declare it. */
export const nodeDeclaredFeatures: Plugin = {
  name: "NodeDeclaredFeatures",
  helpfulChanges: ["node-added", "node-updated", "pod-changed"],
  examine({ pod }) {
    const required = requiredNodeFeatures(pod);
    if (required.length === 0) return undefined;
    return { filter: ({ node }) => (declares(node, required) ? undefined : REJECTION) };
  },
  isHelpedBy(change, { pod }) {
    if (change.type === "pod-changed") return true;
    const node = changedNode(change);
    return node !== undefined && fits(node, pod);
  },
};

const declares = ({ status }: Node, required: readonly string[]): boolean =>
  required.every((feature) => status?.declaredFeatures?.includes(feature));

const fits = (node: Node, pod: Pod): boolean => declares(node, requiredNodeFeatures(pod));
