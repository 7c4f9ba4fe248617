import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from "../../api/types/apps-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { conditionOf, withCondition, withoutCondition } from "../conditions.ts";
import { maxUnavailable, wantedReplicas } from "./fenceposts.ts";
import { progressConditions } from "./progress.ts";
import { allOf, type Revisions } from "./revisions.ts";
import { availableOf, sizeOf, sum } from "./sizes.ts";

/** The counts and the availability: what every turn tells. `conditions` are those of before. */
export function observedStatus(
  deployment: Deployment,
  revisions: Revisions,
  conditions: readonly DeploymentCondition[],
  nowMs: number,
): DeploymentStatus {
  const all = allOf(revisions);
  const available = sum(all, availableOf);
  const terminating = terminatingReplicas(all);
  return {
    ...nonZero({
      observedGeneration: deployment.metadata.generation ?? 0,
      replicas: sum(all, replicasOf),
      updatedReplicas: revisions.newest ? replicasOf(revisions.newest) : 0,
      readyReplicas: sum(all, ({ status }) => status?.readyReplicas ?? 0),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, sum(all, sizeOf) - available),
    }),
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    ...(deployment.status?.collisionCount === undefined ? {} : { collisionCount: deployment.status.collisionCount }),
    conditions: withCondition(conditions, availability(deployment, available, nowMs)),
  };
}

/** With what a rollout adds: its progress, and failures of its ReplicaSets. */
export function rolloutStatus(
  deployment: Deployment,
  revisions: Revisions,
  conditions: readonly DeploymentCondition[],
  nowMs: number,
): DeploymentStatus {
  const status = observedStatus(deployment, revisions, conditions, nowMs);
  const progress = progressConditions(deployment, status, revisions.newest, nowMs);
  const failure = replicaFailure(revisions);
  return {
    ...status,
    conditions: failure ? withCondition(progress, failure) : withoutCondition(progress, "ReplicaFailure"),
  };
}

function availability(deployment: Deployment, available: number, nowMs: number): DeploymentCondition {
  const isAvailable = available >= wantedReplicas(deployment) - maxUnavailable(deployment);
  const now = timestamp(nowMs);
  return {
    type: "Available",
    status: isAvailable ? "True" : "False",
    lastUpdateTime: now,
    lastTransitionTime: now,
    reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
    message: isAvailable ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
  };
}

function replicaFailure({ newest, old }: Revisions): DeploymentCondition | undefined {
  for (const replicaSet of [...(newest ? [newest] : []), ...old]) {
    const failure = conditionOf(replicaSet.status?.conditions, "ReplicaFailure");
    if (failure) return { ...failure, lastUpdateTime: failure.lastTransitionTime };
  }
  return undefined;
}

/** Unknown while a ReplicaSet that was looked at does not tell its number; one not yet looked at has none. */
function terminatingReplicas(all: readonly ReplicaSet[]): number | undefined {
  const isUnknown = all.some(({ status }) => status?.observedGeneration && status.terminatingReplicas === undefined);
  return isUnknown ? undefined : sum(all, ({ status }) => status?.terminatingReplicas ?? 0);
}

const replicasOf = ({ status }: ReplicaSet): number => status?.replicas ?? 0;

/** Zeros are left out on the wire. */
function nonZero<T extends Record<string, number>>(counts: T): Partial<T> {
  // Leaving out some entries leaves a part of T.
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)) as Partial<T>;
}
