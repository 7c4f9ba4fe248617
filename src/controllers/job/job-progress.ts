import { isPodActive, isPodReady } from "../../api/pod-readiness.ts";
import type { Job } from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { parseIndexes } from "./indexes.ts";
import {
  completionsOf,
  earlierFailures,
  hasFailed,
  hasSucceeded,
  indexOf,
  isFailure,
  isIndexed,
  isTracked,
} from "./job-pod.ts";
import { failureVerdict } from "./pod-failure-policy.ts";

/** How far a Job has come, by its status and by those of its pods that the status does not know yet. */
export interface JobProgress {
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Ended, and not yet in the status. */
  readonly newSucceeded: readonly Pod[];
  readonly newFailed: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  /** Only of Jobs with indexes. */
  readonly succeededIndexes: ReadonlySet<number>;
  /** Only of Jobs that limit failures by index. */
  readonly failedIndexes: ReadonlySet<number>;
  /** Of the pods that are still there. */
  readonly failuresByIndex: ReadonlyMap<number, number>;
}

export function jobProgress(job: Job, pods: readonly Pod[]): JobProgress {
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  const isUncounted = ({ metadata }: Pod, uids: readonly string[]): boolean => uids.includes(metadata.uid ?? "");
  const tracked = pods.filter(isTracked);
  const newSucceeded = tracked.filter((pod) => hasSucceeded(pod) && !isUncounted(pod, succeeded));
  const newFailed = tracked.filter((pod) => hasFailed(pod, job) && !isUncounted(pod, failed));
  const counted = newFailed.filter((pod) => isCounted(job, pod));
  const active = pods.filter(isPodActive);
  const succeededIndexes = isIndexed(job) ? succeededIndexesOf(job, tracked) : new Set<number>();
  const failuresByIndex = isIndexed(job) ? failuresOf(job, pods) : new Map<number, number>();
  return {
    active,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter(
      (pod) => pod.metadata.deletionTimestamp !== undefined && !hasSucceeded(pod) && pod.status?.phase !== "Failed",
    ).length,
    newSucceeded,
    newFailed,
    succeeded: isIndexed(job)
      ? succeededIndexes.size
      : (job.status?.succeeded ?? 0) + succeeded.length + newSucceeded.length,
    failed: (job.status?.failed ?? 0) + failed.length + counted.length,
    succeededIndexes,
    failedIndexes: failedIndexesOf(job, pods, failuresByIndex),
    failuresByIndex,
  };
}

/** Whether a failed pod counts against the Job's limits. */
export const isCounted = (job: Job, pod: Pod): boolean =>
  failureVerdict(job.spec?.podFailurePolicy, pod).action !== "Ignore";

function succeededIndexesOf(job: Job, tracked: readonly Pod[]): ReadonlySet<number> {
  const completions = completionsOf(job);
  const indexes = parseIndexes(job.status?.completedIndexes, completions);
  for (const pod of tracked) {
    const index = indexOf(pod);
    if (hasSucceeded(pod) && index !== undefined && index < completions) indexes.add(index);
  }
  return indexes;
}

function failuresOf(job: Job, pods: readonly Pod[]): ReadonlyMap<number, number> {
  const failures = new Map<number, number>();
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index === undefined || !isFailure(pod, job)) continue;
    const count = earlierFailures(pod) + (isCounted(job, pod) ? 1 : 0);
    failures.set(index, Math.max(failures.get(index) ?? 0, count));
  }
  return failures;
}

function failedIndexesOf(job: Job, pods: readonly Pod[], failures: ReadonlyMap<number, number>): ReadonlySet<number> {
  const limit = job.spec?.backoffLimitPerIndex;
  if (limit === undefined) return new Set();
  const indexes = parseIndexes(job.status?.failedIndexes, completionsOf(job));
  for (const [index, count] of failures) if (count > limit) indexes.add(index);
  for (const pod of pods) {
    const index = indexOf(pod);
    const fails = isFailure(pod, job) && failureVerdict(job.spec?.podFailurePolicy, pod).action === "FailIndex";
    if (fails && index !== undefined) indexes.add(index);
  }
  return indexes;
}
