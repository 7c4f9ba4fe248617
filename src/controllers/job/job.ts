import { controllerOf } from "../../api/owner-references.ts";
import { jobs, pods } from "../../api/resources.ts";
import { keyOf } from "../../client/object-key.ts";
import { defineController, watch } from "../controller.ts";
import { mayAdopt, ownedIn, watchOwned } from "../owned.ts";
import { jobActions } from "./job-actions.ts";
import { isTracked } from "./job-pod.ts";

const TRACKED_INDEX = "tracked";

export const jobController = defineController({
  name: "job-controller",
  connect({ client, informers }) {
    const jobInformer = informers.informer(jobs);
    const podInformer = informers.informer(pods);
    const owned = ownedIn(podInformer);
    // Pods that wait for a Job of this name, whichever Job that was.
    podInformer.addIndex(TRACKED_INDEX, (pod) => {
      const controller = controllerOf(pod);
      const isWaiting = controller?.kind === "Job" && isTracked(pod);
      return isWaiting ? [`${pod.metadata.namespace ?? ""}/${controller.name}`] : [];
    });
    return {
      watches: [
        watch(jobInformer, (job) => [keyOf(job)]),
        watchOwned(podInformer, jobInformer, "Job", ({ spec }) => spec?.selector),
      ],
      async snapshot(key) {
        const job = jobInformer.get(key);
        const uid = job?.metadata.uid;
        const left = podInformer.byIndex(TRACKED_INDEX, key).filter((pod) => controllerOf(pod)?.uid !== uid);
        if (!job) return { job, pods: [], left, mayAdopt: false };
        const orphans = owned.orphans(job, job.spec?.selector ?? {});
        return {
          job,
          pods: [...owned.controlledBy(uid), ...orphans],
          left,
          mayAdopt: orphans.length > 0 && (await mayAdopt(client.resource(jobs), job)),
        };
      },
    };
  },
  reconcile: jobActions,
});
