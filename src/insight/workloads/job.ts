import { cronjobs, jobs } from "../../api/resources.ts";
import type { CronJob, Job } from "../../api/types/batch-v1.ts";
import { advice, type Finding, note, run, symptom, waiting, wrong } from "../finding.ts";
import { ageMs, latestEvent } from "../snapshot.ts";
import { count, durationWords, subject } from "../subject.ts";
import { refusalFindings } from "./creation-refusals.ts";

const conditionOf = ({ status }: Job, type: string) =>
  status?.conditions?.find((condition) => condition.type === type && condition.status === "True");

export const jobSubject = subject<Job>({
  type: jobs,
  state: (job) => {
    const { succeeded = 0, failed = 0, active = 0 } = job.status ?? {};
    if (conditionOf(job, "Complete")) return "completed";
    return `${succeeded} of ${job.spec?.completions ?? 1} completions, ${count(active, "pod")} active, ${failed} failed`;
  },
  isIdle: (job) => conditionOf(job, "Complete") !== undefined,
  findings: (job, snapshot) => {
    if (conditionOf(job, "Complete")) return [];
    if (job.spec?.suspend === true)
      return [
        note("Suspended", "it is suspended: its pods do not run", {
          remedies: [
            run(
              "let it go on",
              `kube patch job ${job.metadata.name} --type=merge -p '{"spec":{"suspend":false}}'`,
              job.metadata.namespace,
            ),
          ],
        }),
      ];
    const failed = conditionOf(job, "Failed") ?? conditionOf(job, "FailureTarget");
    if (failed) return [failure(job, failed.reason ?? "", failed.message ?? "")];
    return [...refusalFindings(job, snapshot), waiting("Running", "it has not completed yet")];
  },
});

function failure({ spec }: Job, reason: string, message: string): Finding {
  switch (reason) {
    case "BackoffLimitExceeded":
      return symptom(
        "BackoffLimitExceeded",
        `it was given up after ${count((spec?.backoffLimit ?? 6) + 1, "failed try", "failed tries")} (backoffLimit)`,
        {
          remedies: [advice("see why its pods fail; a job that was given up has to be deleted and created anew")],
        },
      );
    case "DeadlineExceeded":
      return wrong(
        "DeadlineExceeded",
        `it took longer than its activeDeadlineSeconds (${spec?.activeDeadlineSeconds})`,
        {
          remedies: [advice("raise spec.activeDeadlineSeconds, or see why it takes so long")],
        },
      );
    default:
      return symptom("JobFailed", `it failed${reason === "" ? "" : `: ${reason}`}`, { evidence: [message] });
  }
}

export const cronJobSubject = subject<CronJob>({
  type: cronjobs,
  state: ({ status }) =>
    status?.lastScheduleTime === undefined ? "has not run yet" : `last run at ${status.lastScheduleTime}`,
  findings: (cronJob, snapshot) => {
    const { metadata, spec, status } = cronJob;
    if (spec?.suspend === true)
      return [
        note("Suspended", "it is suspended: it starts no jobs", {
          remedies: [
            run(
              "let it go on",
              `kube patch cronjob ${metadata.name} --type=merge -p '{"spec":{"suspend":false}}'`,
              metadata.namespace,
            ),
          ],
        }),
      ];
    const trouble = latestEvent(
      snapshot,
      cronJob,
      "TooManyMissedTimes",
      "UnparseableCronJobSchedule",
      "InvalidSchedule",
      "UnknownTimeZone",
    );
    const active = status?.active?.length ?? 0;
    return [
      ...(trouble
        ? [
            wrong("NotScheduled", "it starts no jobs", {
              evidence: [trouble.message],
              remedies: [advice("mend spec.schedule or spec.timeZone, or set startingDeadlineSeconds")],
            }),
          ]
        : []),
      ...refusalFindings(cronJob, snapshot),
      ...(active > 0 && spec?.concurrencyPolicy === "Forbid"
        ? [note("StillRunning", "its last job still runs, and the next waits for its end (concurrencyPolicy: Forbid)")]
        : []),
      ...(status?.lastSuccessfulTime === undefined && status?.lastScheduleTime !== undefined && active === 0
        ? [
            symptom(
              "NeverSucceeded",
              `no job of it has succeeded; the last was started ${durationWords(ageMs(snapshot, status.lastScheduleTime))} ago`,
            ),
          ]
        : []),
    ];
  },
});
