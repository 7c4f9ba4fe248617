import type { Job, JobCondition } from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { conditionOf } from "../conditions.ts";
import { parseIndexes } from "./indexes.ts";
import { completionsOf, hasFailed, isIndexed } from "./job-pod.ts";
import type { JobProgress } from "./job-progress.ts";
import { failureVerdict } from "./pod-failure-policy.ts";

/**
 * How a Job ends. It is told twice: first what has been decided, while pods are still ending, then, when all of them have,
 * that the Job is over.
 */
export interface JobOutcome {
  readonly decided: JobCondition;
  readonly final: JobCondition;
}

export const isSuspended = ({ spec }: Job): boolean => spec?.suspend === true;

export const isFinished = ({ status }: Job): boolean =>
  ["Complete", "Failed"].some((type) => conditionOf(status?.conditions, type)?.status === "True");

/** Undefined while the Job goes on. */
export function jobOutcome(
  job: Job,
  pods: readonly Pod[],
  progress: JobProgress,
  nowMs: number,
): JobOutcome | undefined {
  const told = toldOutcome(job, nowMs);
  if (told) return told;
  const failure =
    policyFailure(job, pods) ??
    limitFailure(job, pods, progress) ??
    deadlineFailure(job, nowMs) ??
    indexFailure(job, progress);
  if (failure) return outcome("FailureTarget", "Failed", failure, nowMs);
  const success = policySuccess(job, progress) ?? completion(job, progress);
  return success && outcome("SuccessCriteriaMet", "Complete", success, nowMs);
}

/** When the Job's time is over; undefined if it has as long as it likes. */
export function deadlineAt({ spec, status }: Job): number | undefined {
  if (spec?.activeDeadlineSeconds === undefined || status?.startTime === undefined || spec.suspend === true)
    return undefined;
  return Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000;
}

interface Explanation {
  readonly reason: string;
  readonly message: string;
}

function toldOutcome({ status }: Job, nowMs: number): JobOutcome | undefined {
  const success = conditionOf(status?.conditions, "SuccessCriteriaMet");
  if (success?.status === "True") return withFinal(success, "Complete", nowMs);
  const failure = conditionOf(status?.conditions, "FailureTarget");
  return failure?.status === "True" ? withFinal(failure, "Failed", nowMs) : undefined;
}

function policyFailure(job: Job, pods: readonly Pod[]): Explanation | undefined {
  const verdicts = pods
    .filter((pod) => hasFailed(pod, job))
    .map((pod) => failureVerdict(job.spec?.podFailurePolicy, pod));
  const message = verdicts.find(({ action }) => action === "FailJob")?.message;
  return message === undefined ? undefined : { reason: "PodFailurePolicy", message };
}

function limitFailure(job: Job, pods: readonly Pod[], { failed }: JobProgress): Explanation | undefined {
  const limit = job.spec?.backoffLimit ?? 6;
  if (failed <= limit && !hasRestartedTooOften(job, pods, limit)) return undefined;
  return { reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
}

/** Where containers are restarted in place, their restarts are the failures. */
function hasRestartedTooOften({ spec }: Job, pods: readonly Pod[], limit: number): boolean {
  if (spec?.template.spec?.restartPolicy !== "OnFailure") return false;
  const restarts = pods
    .filter(({ status }) => status?.phase === "Running" || status?.phase === "Pending")
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

function deadlineFailure(job: Job, nowMs: number): Explanation | undefined {
  const at = deadlineAt(job);
  if (at === undefined || at > nowMs) return undefined;
  return { reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" };
}

function indexFailure(job: Job, { failedIndexes, succeededIndexes }: JobProgress): Explanation | undefined {
  if (job.spec?.backoffLimitPerIndex === undefined || failedIndexes.size === 0) return undefined;
  if (failedIndexes.size > (job.spec.maxFailedIndexes ?? Number.POSITIVE_INFINITY)) {
    const message = "Job has exceeded the specified maximal number of failed indexes";
    return { reason: "MaxFailedIndexesExceeded", message };
  }
  const isOver = failedIndexes.size + succeededIndexes.size >= completionsOf(job);
  return isOver ? { reason: "FailedIndexes", message: "Job has failed indexes" } : undefined;
}

function policySuccess(job: Job, { succeededIndexes }: JobProgress): Explanation | undefined {
  if (!isIndexed(job) || succeededIndexes.size === 0) return undefined;
  const rules = job.spec?.successPolicy?.rules ?? [];
  const index = rules.findIndex(({ succeededIndexes: text, succeededCount }) => {
    const wanted = text === undefined ? undefined : parseIndexes(text, completionsOf(job));
    const met = wanted ? succeededIndexes.intersection(wanted).size : succeededIndexes.size;
    return (
      (wanted && wanted.size > 0 && met === wanted.size) || (succeededCount !== undefined && met >= succeededCount)
    );
  });
  return index < 0 ? undefined : { reason: "SuccessPolicy", message: `Matched rules at index ${index}` };
}

/** Without a number of completions one success is enough, and the others may end as they like. */
function completion({ spec }: Job, { succeeded, active }: JobProgress): Explanation | undefined {
  const isReached = spec?.completions === undefined ? succeeded > 0 : succeeded >= spec.completions;
  if (!isReached || active.length > 0) return undefined;
  return { reason: "CompletionsReached", message: "Reached expected number of succeeded pods" };
}

function outcome(
  decided: "FailureTarget" | "SuccessCriteriaMet",
  final: "Failed" | "Complete",
  explanation: Explanation,
  nowMs: number,
): JobOutcome {
  const now = timestamp(nowMs);
  return withFinal(
    { type: decided, status: "True", lastProbeTime: now, lastTransitionTime: now, ...explanation },
    final,
    nowMs,
  );
}

function withFinal(decided: JobCondition, type: "Failed" | "Complete", nowMs: number): JobOutcome {
  const now = timestamp(nowMs);
  return { decided, final: { ...decided, type, lastProbeTime: now, lastTransitionTime: now } };
}
