import { jobs, pods as podType } from "../../api/resources.ts";
import type { Job, JobCondition, JobStatus } from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { updateStatus, type Action } from "../actions.ts";
import { conditionOf, withCondition } from "../conditions.ts";
import { claims } from "../replicas/claims.ts";
import { formatIndexes } from "./indexes.ts";
import { deadlineAt, isFinished, isSuspended, jobOutcome, type JobOutcome } from "./job-outcome.ts";
import { deleteJobPods, jobPodChanges } from "./job-pod-changes.ts";
import { hasFailed, hasSucceeded, isIndexed, isTracked, TRACKING_FINALIZER } from "./job-pod.ts";
import { isCounted, jobProgress, type JobProgress } from "./job-progress.ts";
import { untracked } from "./job-tracking.ts";

export interface JobSnapshot {
  readonly job: Job | undefined;
  /** Pods that the Job controls, and pods without a controller that it might adopt. */
  readonly pods: readonly Pod[];
  /** Pods of a Job of that name that is gone or over. */
  readonly left: readonly Pod[];
  readonly mayAdopt: boolean;
}

/** Means "this controller" where a Job says who manages it. */
const MANAGER = "kubernetes.io/job-controller";

/** Runs pods until enough have succeeded, or too many have failed. */
export function jobActions({ job, pods, left, mayAdopt }: JobSnapshot, nowMs: number): readonly Action[] {
  if (!job) return left.map(untracked);
  if (job.spec?.managedBy !== undefined && job.spec.managedBy !== MANAGER) return [];
  if (isFinished(job)) return [...left, ...pods].filter(isTracked).map(untracked);
  const { claimed, actions } = claims(job, job.spec?.selector ?? {}, pods, podType, {
    mayAdopt,
    finalizer: TRACKING_FINALIZER,
  });
  const started = withStart(job, nowMs);
  const progress = jobProgress(started, claimed);
  const outcome = jobOutcome(started, claimed, progress, nowMs);
  return [
    ...actions,
    ...left.map(untracked),
    ...(outcome ? ending(started, claimed, progress, outcome) : going(job, started, claimed, progress, nowMs)),
  ];
}

function going(job: Job, started: Job, pods: readonly Pod[], progress: JobProgress, nowMs: number): readonly Action[] {
  const isGoing = job.metadata.deletionTimestamp !== undefined;
  const { suspension, events } = suspensionOf(started, nowMs);
  const status = { ...countedStatus(started, pods, progress), conditions: suspension };
  const deadline = deadlineAt(started);
  return [
    ...events,
    ...tell(job, withoutEmptyConditions(status)),
    ...counting(started, pods),
    ...(isGoing ? [] : jobPodChanges(started, pods, progress, nowMs)),
    ...(deadline === undefined ? [] : [{ do: "lookAgain", afterMs: Math.max(0, deadline - nowMs) } as const]),
  ];
}

/** First all pods end and are counted, then the Job is over. */
function ending(
  job: Job,
  pods: readonly Pod[],
  progress: JobProgress,
  { decided, final }: JobOutcome,
): readonly Action[] {
  const status = countedStatus(job, pods, progress);
  const conditions = withCondition(job.status?.conditions, decided);
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const isOver =
    progress.active.length === 0 && progress.terminating === 0 && succeeded.length === 0 && failed.length === 0;
  if (!isOver || !conditionOf(job.status?.conditions, decided.type)) {
    return [
      ...tell(job, { ...status, conditions }),
      ...(progress.active.length === 0 ? [] : [deleteJobPods(job, progress.active)]),
      ...counting(job, pods),
    ];
  }
  const isComplete = final.type === "Complete";
  return [
    ...tell(job, {
      ...status,
      conditions: withCondition(conditions, final),
      ...(isComplete ? { completionTime: final.lastTransitionTime } : {}),
    }),
    isComplete
      ? { do: "event", about: job, type: "Normal", reason: "Completed", message: "Job completed" }
      : { do: "event", about: job, type: "Warning", reason: final.reason ?? "", message: final.message ?? "" },
  ];
}

/**
 * Results pass through the status in three steps: the pod's uid is noted, its finalizer is removed, and when it is seen without
 * it, the uid becomes a count. A crash between any two of them loses nothing and counts nothing twice.
 */
function countedStatus(job: Job, pods: readonly Pod[], progress: JobProgress): JobStatus {
  const { newSucceeded, newFailed, active, ready, terminating, succeededIndexes, failedIndexes } = progress;
  const tracked = new Set(pods.filter(isTracked).map(({ metadata }) => metadata.uid ?? ""));
  const before = job.status?.uncountedTerminatedPods ?? {};
  const stays = (uid: string): boolean => tracked.has(uid);
  const uidOf = ({ metadata }: Pod): string => metadata.uid ?? "";
  const succeeded = [...(before.succeeded ?? []).filter(stays), ...(isIndexed(job) ? [] : newSucceeded.map(uidOf))];
  const failed = [...(before.failed ?? []).filter(stays), ...newFailed.filter((pod) => isCounted(job, pod)).map(uidOf)];
  const gone = (uids: readonly string[] | undefined): number => (uids ?? []).filter((uid) => !stays(uid)).length;
  return {
    ...job.status,
    active: active.length === 0 ? undefined : active.length,
    ready,
    terminating,
    succeeded: positive(isIndexed(job) ? succeededIndexes.size : (job.status?.succeeded ?? 0) + gone(before.succeeded)),
    failed: positive((job.status?.failed ?? 0) + gone(before.failed)),
    ...(isIndexed(job) ? { completedIndexes: formatIndexes(succeededIndexes) || undefined } : {}),
    ...(job.spec?.backoffLimitPerIndex === undefined ? {} : { failedIndexes: formatIndexes(failedIndexes) }),
    uncountedTerminatedPods: {
      ...(succeeded.length === 0 ? {} : { succeeded }),
      ...(failed.length === 0 ? {} : { failed }),
    },
  };
}

/** Lets go of the pods whose results the status, written just before, has noted. */
function counting(job: Job, pods: readonly Pod[]): readonly Action[] {
  const ended = pods.filter((pod) => isTracked(pod) && (hasSucceeded(pod) || hasFailed(pod, job)));
  return ended.length === 0 ? [] : [{ do: "together", actions: ended.map(untracked) }];
}

function withStart(job: Job, nowMs: number): Job {
  const wasSuspended = conditionOf(job.status?.conditions, "Suspended")?.status === "True";
  if (isSuspended(job)) return job;
  if (job.status?.startTime !== undefined && !wasSuspended) return job;
  return { ...job, status: { ...job.status, startTime: timestamp(nowMs) } };
}

function suspensionOf(
  job: Job,
  nowMs: number,
): { readonly suspension: JobCondition[]; readonly events: readonly Action[] } {
  const conditions = job.status?.conditions ?? [];
  const was = conditionOf(conditions, "Suspended");
  const isOn = isSuspended(job);
  // A Job that never was suspended does not say that it is not.
  if (isOn === (was?.status === "True")) return { suspension: conditions, events: [] };
  const now = timestamp(nowMs);
  const [reason, message] = isOn ? ["JobSuspended", "Job suspended"] : ["JobResumed", "Job resumed"];
  const condition = { type: "Suspended", status: isOn ? "True" : "False", reason, message };
  return {
    suspension: withCondition(conditions, { ...condition, lastProbeTime: now, lastTransitionTime: now }),
    events: [{ do: "event", about: job, type: "Normal", reason: isOn ? "Suspended" : "Resumed", message }],
  };
}

function tell(job: Job, status: JobStatus): readonly Action[] {
  const object: Job = { ...job, status };
  return Bun.deepEquals(object, job) ? [] : [updateStatus(jobs, object)];
}

const positive = (count: number): number | undefined => (count === 0 ? undefined : count);

const withoutEmptyConditions = ({ conditions, ...status }: JobStatus): JobStatus =>
  conditions?.length ? { ...status, conditions } : status;
