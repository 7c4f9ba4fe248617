import { controllerReference } from "../../api/owner-references.ts";
import { cronjobs, jobs as jobType } from "../../api/resources.ts";
import type { CronJob, CronJobStatus, Job } from "../../api/types/batch-v1.ts";
import type { ObjectReference } from "../../api/types/core-v1.ts";
import { referenceTo } from "../../client/event-recorder.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { cronSchedule, type Schedule } from "../../lib/time/cron-schedule.ts";
import { TimeZone } from "../../lib/time/time-zone.ts";
import { updateStatus, type Action } from "../actions.ts";
import { conditionOf } from "../conditions.ts";
import { isFinished } from "../job/job-outcome.ts";
import { missedTimes } from "./missed-times.ts";

export interface CronJobSnapshot {
  readonly cronJob: CronJob;
  /** Those that the CronJob controls. */
  readonly jobs: readonly Job[];
}

/** Clocks are not exact: a little after the time rather than before it. */
const LATE_MS = 100;

/** More missed starts than this are a sign that something is wrong. */
const MANY_MISSED = 100;

const SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/** Starts a Job at every time of a schedule, and keeps some of those that are over. */
export function cronJobActions({ cronJob, jobs }: CronJobSnapshot, nowMs: number): readonly Action[] {
  const { status, events } = observed(cronJob, jobs);
  if (cronJob.metadata.deletionTimestamp !== undefined) return [...events, ...tell(cronJob, status)];
  const start = cronJob.spec?.suspend === true ? undefined : dueStart({ ...cronJob, status }, jobs, nowMs);
  return [
    ...events,
    ...cleanUp(cronJob, jobs),
    ...(start?.actions ?? []),
    ...tell(cronJob, { ...status, ...start?.status }),
    ...(start?.nextMs === undefined ? [] : [{ do: "lookAgain", afterMs: start.nextMs - nowMs + LATE_MS } as const]),
  ];
}

interface Start {
  readonly actions: readonly Action[];
  readonly status?: Pick<CronJobStatus, "lastScheduleTime">;
  readonly nextMs: number | undefined;
}

function dueStart(cronJob: CronJob, jobs: readonly Job[], nowMs: number): Start {
  if (!cronJob.spec) return { actions: [], nextMs: undefined };
  const { schedule, timeZone = "UTC", concurrencyPolicy = "Allow" } = cronJob.spec;
  const times = cronSchedule(schedule, timeZone);
  const { latestMs, count } = missedTimes(cronJob, times, nowMs);
  const nextMs = nextTime(cronJob, times, latestMs, nowMs);
  if (latestMs === undefined) return { actions: [], nextMs };
  const warnings = count > MANY_MISSED ? [tooManyMissed(cronJob)] : [];
  const active = jobs.filter((job) => !isFinished(job));
  const job = newJob(cronJob, latestMs, timeZone);
  if (concurrencyPolicy === "Forbid" && active.length > 0 && !isThere(jobs, job)) {
    return { actions: [...warnings, alreadyActive(cronJob)], nextMs };
  }
  return {
    actions: [
      ...warnings,
      ...(concurrencyPolicy === "Replace" ? active.map((old) => deleteJob(cronJob, old)) : []),
      // The name is a lock: whoever started it, for this time it has been started.
      ...(isThere(jobs, job) ? [] : [createJob(cronJob, job)]),
    ],
    status: { lastScheduleTime: timestamp(latestMs) },
    nextMs,
  };
}

const isThere = (jobs: readonly Job[], { metadata }: Job): boolean =>
  jobs.some((job) => job.metadata.name === metadata.name);

function nextTime(
  { metadata, status }: CronJob,
  times: Schedule,
  latestMs: number | undefined,
  nowMs: number,
): number | undefined {
  const last = latestMs ?? Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? "");
  const next = times.next(last);
  // A time that was passed over for good must not be waited for.
  return next !== undefined && next > nowMs ? next : times.next(nowMs);
}

/** The status as the Jobs say, and what changed in it. */
function observed(
  cronJob: CronJob,
  jobs: readonly Job[],
): { readonly status: CronJobStatus; readonly events: readonly Action[] } {
  const known = cronJob.status?.active ?? [];
  const active = jobs.filter((job) => !isFinished(job)).toSorted(olderFirst);
  const successes = jobs.flatMap(({ status }) => status?.completionTime ?? []);
  const lastSuccessfulTime = [cronJob.status?.lastSuccessfulTime ?? "", ...successes].toSorted().at(-1);
  return {
    status: {
      ...cronJob.status,
      active:
        active.length === 0
          ? undefined
          : active.map((job) => known.find(({ uid }) => uid === job.metadata.uid) ?? referenceTo(job)),
      lastSuccessfulTime: lastSuccessfulTime || undefined,
    },
    events: [
      ...known.flatMap((old) => goneEvents(cronJob, jobs, old)),
      ...active.filter((job) => isUnexpected(cronJob, job, known)).map((job) => unexpected(cronJob, job)),
    ],
  };
}

function goneEvents(cronJob: CronJob, jobs: readonly Job[], { uid, name = "" }: ObjectReference): readonly Action[] {
  const job = jobs.find(({ metadata }) => metadata.uid === uid);
  if (!job) return [event(cronJob, "Normal", "MissingJob", `Active job went missing: ${name}`)];
  if (!isFinished(job)) return [];
  const condition = conditionOf(job.status?.conditions, "Complete")?.status === "True" ? "Complete" : "Failed";
  return [event(cronJob, "Normal", "SawCompletedJob", `Saw completed job: ${name}, condition: ${condition}`)];
}

/** Our own are named after the time they were started for. */
function isUnexpected(cronJob: CronJob, { metadata }: Job, known: readonly ObjectReference[]): boolean {
  const isOwn =
    metadata.annotations?.[SCHEDULED_AT] !== undefined && metadata.name?.startsWith(`${cronJob.metadata.name ?? ""}-`);
  return !isOwn && !known.some(({ uid }) => uid === metadata.uid);
}

function unexpected(cronJob: CronJob, { metadata: { name = "" } }: Job): Action {
  const message = `Saw a job that the controller did not create or forgot: ${name}`;
  return event(cronJob, "Warning", "UnexpectedJob", message);
}

function newJob(cronJob: CronJob, atMs: number, timeZone: string): Job {
  const { metadata = {}, spec } = cronJob.spec?.jobTemplate ?? {};
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${cronJob.metadata.name ?? ""}-${Math.floor(atMs / 60_000)}`,
      namespace: cronJob.metadata.namespace,
      ...(metadata.labels ? { labels: metadata.labels } : {}),
      annotations: { ...metadata.annotations, [SCHEDULED_AT]: zonedTimestamp(atMs, timeZone) },
      ownerReferences: [controllerReference(cronJob)],
    },
    ...(spec ? { spec } : {}),
  };
}

/** `2026-07-01T08:00:00+02:00` */
function zonedTimestamp(ms: number, timeZone: string): string {
  const offsetMinutes = Math.round(new TimeZone(timeZone).offsetMs(ms) / 60_000);
  if (offsetMinutes === 0) return timestamp(ms);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const offset = `${offsetMinutes < 0 ? "-" : "+"}${pad(hours)}:${pad(minutes)}`;
  return timestamp(ms + offsetMinutes * 60_000).replace("Z", offset);
}

function createJob(cronJob: CronJob, object: Job): Action {
  return {
    do: "create",
    type: jobType,
    object,
    report: {
      about: cronJob,
      done: { reason: "SuccessfulCreate", message: (name) => `Created job ${name}` },
      failed: { reason: "FailedCreate", message: (error) => `Error creating job: ${error}` },
    },
  };
}

function deleteJob(cronJob: CronJob, object: Job): Action {
  return {
    do: "delete",
    type: jobType,
    object,
    options: { propagationPolicy: "Background" },
    report: {
      about: cronJob,
      done: { reason: "SuccessfulDelete", message: (name) => `Deleted job ${name}` },
      failed: { reason: "FailedDelete", message: (error) => `Deleted job: ${error}` },
    },
  };
}

/** Of the Jobs that are over only the youngest are kept, counted by how they ended. */
function cleanUp(cronJob: CronJob, jobs: readonly Job[]): readonly Action[] {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec ?? {};
  const ended = (type: string): Job[] =>
    jobs.filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined && conditionOf(status?.conditions, type)?.status === "True",
    );
  const excess = (list: readonly Job[], limit: number | undefined): Job[] =>
    limit === undefined ? [] : list.toSorted(olderFirst).slice(0, Math.max(0, list.length - limit));
  return [
    ...excess(ended("Complete"), successfulJobsHistoryLimit),
    ...excess(ended("Failed"), failedJobsHistoryLimit),
  ].map((job) => deleteJob(cronJob, job));
}

function alreadyActive(cronJob: CronJob): Action {
  const message = "Not starting job because prior execution is running and concurrency policy is Forbid";
  return event(cronJob, "Normal", "JobAlreadyActive", message);
}

function tooManyMissed(cronJob: CronJob): Action {
  const message = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
  return event(cronJob, "Warning", "TooManyMissedTimes", message);
}

const event = (about: CronJob, type: "Normal" | "Warning", reason: string, message: string): Action => ({
  do: "event",
  about,
  type,
  reason,
  message,
});

function olderFirst(a: Job, b: Job): number {
  const key = ({ metadata, status }: Job): string =>
    `${status?.startTime ?? metadata.creationTimestamp ?? ""} ${metadata.name ?? ""}`;
  return key(a) < key(b) ? -1 : 1;
}

function tell(cronJob: CronJob, status: CronJobStatus): readonly Action[] {
  const object: CronJob = { ...cronJob, status };
  return Bun.deepEquals(object, { ...cronJob, status: cronJob.status ?? {} }) ? [] : [updateStatus(cronjobs, object)];
}
