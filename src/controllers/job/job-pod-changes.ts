import { pods as podType } from "../../api/resources.ts";
import type { Job } from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Action } from "../actions.ts";
import { podReport } from "../pod-report.ts";
import { deletionOrder } from "../replicas/deletion-order.ts";
import { nextPodAt, nextPodOfIndexAt } from "./job-backoff.ts";
import { isSuspended } from "./job-outcome.ts";
import { completionsOf, indexOf, isIndexed, isTracked, jobPod, replacesOnlyFailed } from "./job-pod.ts";
import type { JobProgress } from "./job-progress.ts";
import { untracked } from "./job-tracking.ts";

/** Upstream's limit for one turn. */
const MOST_CHANGES = 500;

/** Brings the number of running pods to what the Job still needs. */
export function jobPodChanges(job: Job, pods: readonly Pod[], progress: JobProgress, nowMs: number): readonly Action[] {
  const wanted = wantedActive(job, progress);
  const surplus = surplusPods(job, progress, wanted, nowMs).slice(0, MOST_CHANGES);
  // One kind of change at a time: what is deleted decides what is to be created.
  if (surplus.length > 0) return dismiss(job, surplus);
  const terminating = replacesOnlyFailed(job) ? progress.terminating : 0;
  const missing = Math.min(wanted - terminating - progress.active.length, MOST_CHANGES);
  if (missing <= 0) return [];
  return isIndexed(job) ? createIndexed(job, pods, progress, missing, nowMs) : createPlain(job, pods, missing, nowMs);
}

export function deleteJobPods(job: Job, pods: readonly Pod[]): Action {
  const report = podReport("delete", job);
  return { do: "together", actions: pods.map((object) => ({ do: "delete", type: podType, object, report })) };
}

/** What is no longer needed has not failed: it goes uncounted. */
function dismiss(job: Job, pods: readonly Pod[]): readonly Action[] {
  return [{ do: "together", actions: pods.filter(isTracked).map(untracked) }, deleteJobPods(job, pods)];
}

function wantedActive(job: Job, { active, succeeded }: JobProgress): number {
  if (isSuspended(job)) return 0;
  const { parallelism = 1, completions } = job.spec ?? {};
  if (completions === undefined) return succeeded > 0 ? Math.min(active.length, parallelism) : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** Pods of indexes that are done or doubled, and then as many as there are too many. */
function surplusPods(job: Job, progress: JobProgress, wanted: number, nowMs: number): readonly Pod[] {
  const { active } = progress;
  const ordered = deletionOrder(active, active, nowMs);
  const useless = isIndexed(job) ? uselessPods(job, ordered, progress) : [];
  const rest = ordered.filter((pod) => !useless.includes(pod));
  return [...useless, ...rest.slice(0, Math.max(0, rest.length - wanted))];
}

function uselessPods(
  job: Job,
  ordered: readonly Pod[],
  { succeededIndexes, failedIndexes }: JobProgress,
): readonly Pod[] {
  const seen = new Set<number>();
  // The one that is missed most is last, and stays.
  return ordered.toReversed().filter((pod) => {
    const index = indexOf(pod);
    const isNeeded =
      index !== undefined &&
      index < completionsOf(job) &&
      !seen.has(index) &&
      !succeededIndexes.has(index) &&
      !failedIndexes.has(index);
    if (index !== undefined) seen.add(index);
    return !isNeeded;
  });
}

function createPlain(job: Job, pods: readonly Pod[], missing: number, nowMs: number): readonly Action[] {
  const waitMs = nextPodAt(job, pods) - nowMs;
  if (waitMs > 0) return [{ do: "lookAgain", afterMs: waitMs }];
  return [
    create(
      job,
      Array.from({ length: missing }, () => jobPod(job, undefined)),
    ),
  ];
}

function createIndexed(
  job: Job,
  pods: readonly Pod[],
  progress: JobProgress,
  missing: number,
  nowMs: number,
): readonly Action[] {
  const limitsIndexes = job.spec?.backoffLimitPerIndex !== undefined;
  const indexes = pendingIndexes(job, pods, progress, missing);
  const failuresOf = (index: number): number => progress.failuresByIndex.get(index) ?? 0;
  const waits = indexes.map(
    (index) => (limitsIndexes ? nextPodOfIndexAt(job, pods, index, failuresOf(index)) : nextPodAt(job, pods)) - nowMs,
  );
  const due = indexes.filter((_index, position) => (waits[position] ?? 0) <= 0);
  const later = waits.filter((waitMs) => waitMs > 0);
  const created = due.map((index) =>
    jobPod(job, { index, earlierFailures: limitsIndexes ? failuresOf(index) : undefined }),
  );
  return [
    ...(created.length === 0 ? [] : [create(job, created)]),
    ...(later.length === 0 ? [] : [{ do: "lookAgain", afterMs: Math.min(...later) } as const]),
  ];
}

/** The lowest indexes that nobody works on. */
function pendingIndexes(
  job: Job,
  pods: readonly Pod[],
  { active, succeededIndexes, failedIndexes }: JobProgress,
  most: number,
): readonly number[] {
  const occupying = replacesOnlyFailed(job)
    ? pods.filter(({ status }) => status?.phase !== "Failed" && status?.phase !== "Succeeded")
    : active;
  const taken = new Set(occupying.map(indexOf));
  const indexes: number[] = [];
  for (let index = 0; index < completionsOf(job) && indexes.length < most; index++) {
    if (!taken.has(index) && !succeededIndexes.has(index) && !failedIndexes.has(index)) indexes.push(index);
  }
  return indexes;
}

function create(job: Job, pods: readonly Pod[]): Action {
  const report = podReport("create", job);
  return { do: "slowStart", actions: pods.map((object) => ({ do: "create", type: podType, object, report })) };
}
