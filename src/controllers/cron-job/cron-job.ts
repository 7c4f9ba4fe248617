import { cronjobs, jobs } from "../../api/resources.ts";
import { keyOf } from "../../client/object-key.ts";
import { defineController, watch } from "../controller.ts";
import { ownedIn, watchOwned } from "../owned.ts";
import { cronJobActions } from "./cron-job-actions.ts";

export const cronJobController = defineController({
  name: "cronjob-controller",
  connect({ informers }) {
    const cronJobs = informers.informer(cronjobs);
    const jobInformer = informers.informer(jobs);
    const owned = ownedIn(jobInformer);
    return {
      watches: [
        watch(cronJobs, (cronJob) => [keyOf(cronJob)]),
        // CronJobs have no selector: they adopt nothing.
        watchOwned(jobInformer, cronJobs, "CronJob", () => undefined),
      ],
      snapshot(key) {
        const cronJob = cronJobs.get(key);
        return cronJob && { cronJob, jobs: owned.controlledBy(cronJob.metadata.uid) };
      },
    };
  },
  reconcile: cronJobActions,
});
