import type { Job } from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { finishedAt, hasSucceeded, indexOf, isFailure } from "./job-pod.ts";

/** Upstream's (pkg/controller/job/job_controller.go). */
const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 10 * 60_000;

/** When a pod may follow those that failed since the last success. It is read off the pods, so it survives a restart. */
export function nextPodAt(job: Job, pods: readonly Pod[]): number {
  const lastSuccess = Math.max(0, ...pods.filter(hasSucceeded).map(finishedAt));
  const failures = pods.filter((pod) => isFailure(pod, job) && finishedAt(pod) > lastSuccess);
  return afterFailures(failures.map(finishedAt), failures.length);
}

/** The same for one index, whose earlier failures may be gone. */
export function nextPodOfIndexAt(job: Job, pods: readonly Pod[], index: number, failures: number): number {
  return afterFailures(pods.filter((pod) => isFailure(pod, job) && indexOf(pod) === index).map(finishedAt), failures);
}

function afterFailures(times: readonly number[], count: number): number {
  if (times.length === 0 || count === 0) return 0;
  return Math.max(...times) + Math.min(FIRST_DELAY_MS * 2 ** (count - 1), LONGEST_DELAY_MS);
}
