import { nodes, pods } from "../../api/resources.ts";
import { tolerates } from "../../api/tolerations.ts";
import type { Pod, Taint, Toleration } from "../../api/types/core-v1.ts";
import { keyOf } from "../../client/object-key.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { Action } from "../actions.ts";
import { defineController, watch, systemAccount } from "../controller.ts";
import { podsByNode } from "./pods-by-node.ts";

export interface EvictionSnapshot {
  readonly pod: Pod;
  /** The taints of its node that drive pods away. */
  readonly taints: readonly Taint[];
}

/** Deletes pods from nodes whose taints they do not tolerate, or no longer. */
export const taintEvictionController = defineController({
  name: "taint-eviction-controller",
  user: systemAccount("node-controller"),
  connect({ informers }) {
    const nodeInformer = informers.informer(nodes);
    const podInformer = informers.informer(pods);
    const podsOf = podsByNode(podInformer);
    const evictingTaints = (nodeName: string): readonly Taint[] =>
      (nodeInformer.get(nodeName)?.spec?.taints ?? []).filter(({ effect }) => effect === "NoExecute");
    return {
      watches: [
        watch(nodeInformer, ({ metadata: { name = "" } }) =>
          evictingTaints(name).length === 0 ? [] : podsOf(name).map(keyOf),
        ),
        watch(podInformer, (pod) => (evictingTaints(pod.spec?.nodeName ?? "").length === 0 ? [] : [keyOf(pod)])),
      ],
      snapshot(key) {
        const pod = podInformer.get(key);
        return pod && { pod, taints: evictingTaints(pod.spec?.nodeName ?? "") };
      },
    };
  },
  reconcile: evictionActions,
});

export function evictionActions({ pod, taints }: EvictionSnapshot, nowMs: number): readonly Action[] {
  if (taints.length === 0 || pod.metadata.deletionTimestamp !== undefined) return [];
  const at = Math.min(...taints.map((taint) => tolerated(taint, pod.spec?.tolerations ?? [], nowMs)));
  if (at === Number.POSITIVE_INFINITY) return [];
  if (at > nowMs) return [{ do: "lookAgain", afterMs: at - nowMs }];
  const { name = "", namespace = "", uid } = pod.metadata;
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByTaintManager",
    message: "Taint manager: deleting due to NoExecute taint",
    lastTransitionTime: timestamp(nowMs),
  };
  return [
    {
      do: "event",
      about: pod,
      type: "Normal",
      reason: "TaintManagerEviction",
      message: `Marking for deletion Pod ${namespace}/${name}`,
    },
    {
      do: "patch",
      type: pods,
      key: { name, namespace },
      patchType: "strategic",
      subresource: "status",
      patch: { metadata: { uid }, status: { conditions: [condition] } },
    },
    { do: "delete", type: pods, object: pod },
  ];
}

/** Until when the pod may stay in spite of the taint: the shortest of what tolerates it. */
function tolerated(taint: Taint, tolerations: readonly Toleration[], nowMs: number): number {
  const matching = tolerations.filter((toleration) => tolerates(toleration, taint));
  if (matching.length === 0) return nowMs;
  const since = taint.timeAdded === undefined ? nowMs : Date.parse(taint.timeAdded);
  const seconds = matching.map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY);
  return since + Math.max(0, Math.min(...seconds)) * 1000;
}
