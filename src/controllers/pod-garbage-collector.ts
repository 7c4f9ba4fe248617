import { isPodFinished } from "../api/pod-readiness.ts";
import { nodes, pods } from "../api/resources.ts";
import type { Pod } from "../api/types/core-v1.ts";
import { keyOf } from "../client/object-key.ts";
import { timestamp } from "../lib/time/clock.ts";
import type { Action } from "./actions.ts";
import { defineController, watch } from "./controller.ts";
import { podsByNode } from "./node-lifecycle/pods-by-node.ts";

interface PodGarbageSnapshot {
  readonly pod: Pod;
  /** Since when its node is known not to be there; undefined while it is, or where it has none. */
  readonly nodeMissingSinceMs: number | undefined;
  /** How many finished pods there are beyond those that are kept, older ones than this included. */
  readonly isBeyondLimit: boolean;
}

/** So many finished pods are kept, upstream's default; the oldest go first. */
const MOST_FINISHED = 12_500;

/** A node that was deleted by mistake has this long to come back before its pods are given up. */
const QUARANTINE_MS = 40_000;

const FINISHED_INDEX = "finished";

/** Removes pods that nobody else would: those of nodes that are gone, and the oldest of very many finished ones. */
export const podGarbageCollector = defineController({
  name: "pod-garbage-collector",
  connect({ client, informers, clock }) {
    const nodeInformer = informers.informer(nodes);
    const podInformer = informers.informer(pods);
    const podsOf = podsByNode(podInformer);
    podInformer.addIndex(FINISHED_INDEX, (pod) => (isPodFinished(pod) ? [FINISHED_INDEX] : []));
    const missingSince = new Map<string, number>();

    /** The cache may not know a new node yet, so the server is asked before pods die of it. */
    const nodeMissingSince = async (name: string): Promise<number | undefined> => {
      if (name === "" || nodeInformer.get(name) || (await client.resource(nodes).find({ name }))) {
        missingSince.delete(name);
        return undefined;
      }
      const since = missingSince.get(name) ?? clock.now();
      missingSince.set(name, since);
      return since;
    };
    return {
      watches: [
        watch(nodeInformer, ({ metadata: { name = "" } }) => (nodeInformer.get(name) ? [] : podsOf(name).map(keyOf))),
        watch(podInformer, (pod) => {
          const { nodeName = "" } = pod.spec ?? {};
          const isLost = nodeName !== "" && !nodeInformer.get(nodeName);
          return isLost || isPodFinished(pod) || isAbandoned(pod) ? [keyOf(pod)] : [];
        }),
      ],
      async snapshot(key) {
        const pod = podInformer.get(key);
        if (!pod) return undefined;
        const nodeMissingSinceMs = await nodeMissingSince(pod.spec?.nodeName ?? "");
        const finished = podInformer.byIndex(FINISHED_INDEX, FINISHED_INDEX);
        const excess = finished.length - MOST_FINISHED;
        const isBeyondLimit =
          excess > 0 && isPodFinished(pod) && finished.toSorted(olderFirst).slice(0, excess).includes(pod);
        return { pod, nodeMissingSinceMs, isBeyondLimit };
      },
    };
  },
  reconcile: podGarbageActions,
});

function podGarbageActions(snapshot: PodGarbageSnapshot, nowMs: number): readonly Action[] {
  const { pod, nodeMissingSinceMs, isBeyondLimit } = snapshot;
  if (nodeMissingSinceMs !== undefined) {
    const waitMs = nodeMissingSinceMs + QUARANTINE_MS - nowMs;
    return waitMs > 0
      ? [{ do: "lookAgain", afterMs: waitMs }]
      : [...failed(pod, nowMs, "PodGC: node no longer exists"), forceDelete(pod)];
  }
  if (isAbandoned(pod)) return failed(pod, nowMs, "PodGC: unscheduled terminating pod");
  return isBeyondLimit ? [forceDelete(pod)] : [];
}

/** On its way out before it got a node: no node agent will ever tell that it has ended. */
const isAbandoned = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp !== undefined && !pod.spec?.nodeName && !isPodFinished(pod);

/** Whoever owns the pod learns from its status why it is gone. */
function failed(pod: Pod, nowMs: number, message: string): readonly Action[] {
  if (isPodFinished(pod)) return [];
  const { name = "", namespace, uid } = pod.metadata;
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByPodGC",
    message,
    lastTransitionTime: timestamp(nowMs),
  };
  return [
    {
      do: "patch",
      type: pods,
      key: { name, namespace },
      patchType: "strategic",
      subresource: "status",
      patch: { metadata: { uid }, status: { phase: "Failed", conditions: [condition] } },
    },
  ];
}

const forceDelete = (object: Pod): Action => ({ do: "delete", type: pods, object, options: { gracePeriodSeconds: 0 } });

const olderFirst = (a: Pod, b: Pod): number =>
  (a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? -1 : 1;
