import { isPodFinished, podCondition } from "../../api/pod-readiness.ts";
import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { keyOf } from "../../client/object-key.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { Action } from "../actions.ts";
import { defineController, watch, systemAccount } from "../controller.ts";

/** So long after it was announced, a disruption that has not come is not coming. */
const TIMEOUT_MS = 2 * 60_000;

/** Takes back that pods are to be disrupted, where nobody went through with it. */
export const staleDisruptionController = defineController<Pod>({
  name: "stale-pod-disruption",
  user: systemAccount("disruption-controller"),
  workers: 1,
  connect({ informers }) {
    const podInformer = informers.informer(pods);
    return {
      watches: [watch(podInformer, (pod) => (isAnnounced(pod) ? [keyOf(pod)] : []))],
      snapshot: (key) => podInformer.get(key),
    };
  },
  reconcile: staleDisruptionActions,
});

function isAnnounced(pod: Pod): boolean {
  const condition = podCondition(pod, "DisruptionTarget");
  return (
    condition?.status === "True" &&
    condition.reason !== "TerminationByKubelet" &&
    pod.metadata.deletionTimestamp === undefined &&
    !isPodFinished(pod)
  );
}

function staleDisruptionActions(pod: Pod, nowMs: number): readonly Action[] {
  if (!isAnnounced(pod)) return [];
  const since = podCondition(pod, "DisruptionTarget")?.lastTransitionTime;
  const leftMs = (since === undefined ? nowMs : Date.parse(since) + TIMEOUT_MS) - nowMs;
  if (leftMs > 0) return [{ do: "lookAgain", afterMs: leftMs }];
  const { name = "", namespace, uid } = pod.metadata;
  const condition = { type: "DisruptionTarget", status: "False", reason: null, message: null };
  const patch = {
    metadata: { uid },
    status: { conditions: [{ ...condition, lastTransitionTime: timestamp(nowMs) }] },
  };
  return [{ do: "patch", type: pods, key: { name, namespace }, patchType: "strategic", subresource: "status", patch }];
}
