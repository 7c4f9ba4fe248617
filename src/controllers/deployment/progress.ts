import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from "../../api/types/apps-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { conditionOf, withCondition, withoutCondition } from "../conditions.ts";
import { wantedReplicas } from "./fenceposts.ts";

/** Means "no deadline" upstream. */
const NO_DEADLINE = 2 ** 31 - 1;

export function hasDeadline({ spec }: Deployment): boolean {
  return spec?.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== NO_DEADLINE;
}

export function progressing(
  status: "True" | "False" | "Unknown",
  reason: string,
  message: string,
  nowMs: number,
): DeploymentCondition {
  const now = timestamp(nowMs);
  return { type: "Progressing", status, lastUpdateTime: now, lastTransitionTime: now, reason, message };
}

/** All wanted pods run the current template and are available, and no others are left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Conditions of a Deployment that is or was just paused, so that the time it was paused does not count as lack of progress. */
export function pauseConditions(deployment: Deployment, nowMs: number): readonly DeploymentCondition[] {
  const conditions = deployment.status?.conditions ?? [];
  const reason = conditionOf(conditions, "Progressing")?.reason;
  if (!hasDeadline(deployment) || reason === "ProgressDeadlineExceeded") return conditions;
  const isPaused = deployment.spec?.paused === true;
  if (isPaused === (reason === "DeploymentPaused")) return conditions;
  const change = isPaused
    ? progressing("Unknown", "DeploymentPaused", "Deployment is paused", nowMs)
    : progressing("Unknown", "DeploymentResumed", "Deployment is resumed", nowMs);
  return withCondition(conditions, change);
}

/** The conditions with what a rollout's state says about its progress. */
export function progressConditions(
  deployment: Deployment,
  status: DeploymentStatus,
  newest: ReplicaSet | undefined,
  nowMs: number,
): readonly DeploymentCondition[] {
  const { conditions = [] } = status;
  if (!hasDeadline(deployment)) return withoutCondition(conditions, "Progressing");
  const current = conditionOf(conditions, "Progressing");
  const wasComplete =
    current?.reason === "NewReplicaSetAvailable" && (status.replicas ?? 0) === (status.updatedReplicas ?? 0);
  if (wasComplete) return conditions;

  const subject = newest
    ? `ReplicaSet "${newest.metadata.name ?? ""}"`
    : `Deployment "${deployment.metadata.name ?? ""}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(conditions, progressing("True", "NewReplicaSetAvailable", message, nowMs));
  }
  if (hasProgressed(deployment.status, status)) {
    const moved = progressing("True", "ReplicaSetUpdated", `${subject} is progressing.`, nowMs);
    // Also with the same reason: lastUpdateTime is what the deadline counts from.
    return [
      ...withoutCondition(conditions, "Progressing"),
      current?.status === "True" ? { ...moved, lastTransitionTime: current.lastTransitionTime } : moved,
    ];
  }
  if (hasTimedOut(deployment, current, nowMs)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(conditions, progressing("False", "ProgressDeadlineExceeded", message, nowMs));
  }
  return conditions;
}

/** When to look whether the deadline has passed; undefined where there is nothing to wait for. */
export function deadlineInMs(deployment: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const current = conditionOf(status.conditions, "Progressing");
  if (!hasDeadline(deployment) || !current || current.reason === "ProgressDeadlineExceeded") return undefined;
  if (isComplete(deployment, status)) return undefined;
  // One second more, because times are kept to the second.
  return Math.max(deadline(deployment, current) - nowMs, 0) + 1000;
}

function hasProgressed(before: DeploymentStatus | undefined, after: DeploymentStatus): boolean {
  return (
    (after.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) ||
    outdatedReplicas(after) < outdatedReplicas(before) ||
    (after.readyReplicas ?? 0) > (before?.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
  );
}

const outdatedReplicas = (status: DeploymentStatus | undefined): number =>
  (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);

function hasTimedOut(deployment: Deployment, current: DeploymentCondition | undefined, nowMs: number): boolean {
  if (!current || current.reason === "NewReplicaSetAvailable") return false;
  return current.reason === "ProgressDeadlineExceeded" || deadline(deployment, current) < nowMs;
}

function deadline({ spec }: Deployment, { lastUpdateTime = "" }: DeploymentCondition): number {
  return Date.parse(lastUpdateTime) + (spec?.progressDeadlineSeconds ?? 0) * 1000;
}
