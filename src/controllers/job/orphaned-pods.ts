import { controllerOf } from "../../api/owner-references.ts";
import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { keyOf } from "../../client/object-key.ts";
import { defineController, watch, systemAccount } from "../controller.ts";
import { isTracked } from "./job-pod.ts";
import { untracked } from "./job-tracking.ts";

/** Lets pods go that wait for a Job to count them, and belong to none: users and the garbage collector can take their owner away. */
export const orphanedPodController = defineController<Pod>({
  name: "job-orphan-controller",
  user: systemAccount("job-controller"),
  connect({ informers }) {
    const podInformer = informers.informer(pods);
    return {
      watches: [watch(podInformer, (pod) => (isForsaken(pod) ? [keyOf(pod)] : []))],
      snapshot: (key) => podInformer.get(key),
    };
  },
  reconcile: (pod) => (isForsaken(pod) ? [untracked(pod)] : []),
});

const isForsaken = (pod: Pod): boolean => isTracked(pod) && !controllerOf(pod);
