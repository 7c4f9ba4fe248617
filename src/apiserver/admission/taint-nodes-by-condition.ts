import { nodes } from "../../api/resources.ts";
import type { Node } from "../../api/types/core-v1.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { isFor } from "./refusal.ts";

const NOT_READY = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" } as const;

/** Nothing is placed on a new node before the node lifecycle controller has seen that it is ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: "TaintNodesByCondition",
  admit(request) {
    if (request.operation !== "CREATE" || !isFor(request, nodes)) return;
    // The resource holds nodes.
    const node = request.object as Node;
    const { taints = [] } = node.spec ?? {};
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return;
    node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY }] };
  },
};
