import { jobs } from "../../api/resources.ts";
import type { Job } from "../../api/types/batch-v1.ts";
import { keyOf } from "../../client/object-key.ts";
import type { Action } from "../actions.ts";
import { defineController, watch } from "../controller.ts";
import { isFinished } from "./job-outcome.ts";

/** Deletes Jobs that are over for as long as they wanted to be kept. */
export const ttlAfterFinishedController = defineController({
  name: "ttl-after-finished-controller",
  connect({ informers }) {
    const jobInformer = informers.informer(jobs);
    return {
      watches: [watch(jobInformer, (job) => [keyOf(job)])],
      snapshot: (key) => jobInformer.get(key),
    };
  },
  reconcile: expiryActions,
});

function expiryActions(job: Job, nowMs: number): readonly Action[] {
  const seconds = job.spec?.ttlSecondsAfterFinished;
  if (seconds === undefined || !isFinished(job) || job.metadata.deletionTimestamp !== undefined) return [];
  const ends = (job.status?.conditions ?? [])
    .filter(({ type, status }) => (type === "Complete" || type === "Failed") && status === "True")
    .map(({ lastTransitionTime = "" }) => Date.parse(lastTransitionTime));
  const waitMs = Math.max(...ends) + seconds * 1000 - nowMs;
  if (waitMs > 0) return [{ do: "lookAgain", afterMs: waitMs }];
  // Pods go first: what is left of a Job should not outlive it.
  return [{ do: "delete", type: jobs, object: job, options: { propagationPolicy: "Foreground" }, onlyUnchanged: true }];
}
