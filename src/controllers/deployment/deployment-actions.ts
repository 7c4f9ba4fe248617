import { isPodFinished } from "../../api/pod-readiness.ts";
import { replicasets } from "../../api/resources.ts";
import type { Deployment, DeploymentCondition, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Action } from "../actions.ts";
import { conditionOf, withCondition } from "../conditions.ts";
import { claims } from "../replicas/claims.ts";
import { observedStatus, rolloutStatus } from "./deployment-status.ts";
import { isRollingUpdate } from "./fenceposts.ts";
import { cleanUpActions } from "./history.ts";
import { collisionActions, createNewest } from "./new-revision.ts";
import { hasDeadline, isComplete, pauseConditions, progressing } from "./progress.ts";
import { resizeActions, resized } from "./resizing.ts";
import { revisions as revisionsOf, type Revisions } from "./revisions.ts";
import { recreateSizes, rollingSizes } from "./rollout.ts";
import { isScaling, scaledSizes } from "./scaling.ts";
import { isActive, sizeOf } from "./sizes.ts";
import { deadlineActions, statusActions } from "./status-actions.ts";

export interface DeploymentSnapshot {
  readonly deployment: Deployment;
  /** ReplicaSets that the Deployment controls, and ones without a controller that it might adopt. */
  readonly replicaSets: readonly ReplicaSet[];
  /** The server confirmed that the Deployment is not being deleted. */
  readonly mayAdopt: boolean;
  /** The pods of those ReplicaSets; only looked at where the strategy is to recreate. */
  readonly pods: readonly Pod[];
  /** Whatever has the name that a ReplicaSet of the current template would get. */
  readonly namesake: ReplicaSet | undefined;
}

/** Moves the pods of a Deployment from older templates to the current one, and tells how far it has come. */
export function deploymentActions(snapshot: DeploymentSnapshot, nowMs: number): readonly Action[] {
  const { deployment, mayAdopt } = snapshot;
  const { selector = {}, paused = false } = deployment.spec ?? {};
  const { claimed, actions } = claims(deployment, selector, snapshot.replicaSets, replicasets, { mayAdopt });
  // Their change is the next turn's cause.
  if (actions.length > 0) return actions;

  const revisions = revisionsOf(deployment, claimed);
  if (deployment.metadata.deletionTimestamp !== undefined) {
    const status = observedStatus(deployment, revisions, deployment.status?.conditions ?? [], nowMs);
    return statusActions(deployment, undefined, status);
  }
  return paused || isScaling(deployment, revisions)
    ? scale(deployment, revisions, nowMs)
    : rollOut(snapshot, revisions, nowMs);
}

function scale(deployment: Deployment, found: Revisions, nowMs: number): readonly Action[] {
  const sizes = scaledSizes(deployment, found);
  const next = resized(deployment, found, sizes);
  const status = observedStatus(deployment, next, foundConditions(deployment, next, nowMs), nowMs);
  return [
    ...resizeActions(deployment, found, next),
    ...(deployment.spec?.paused === true ? cleanUpActions(deployment, found.old) : []),
    ...statusActions(deployment, next.newest, status),
  ];
}

function rollOut(snapshot: DeploymentSnapshot, found: Revisions, nowMs: number): readonly Action[] {
  const { deployment, namesake } = snapshot;
  const { newest, old } = found;
  const isOldLeft = old.some(isActive) || isOldRunning(snapshot, found);
  if (!newest && (isRollingUpdate(deployment) || !isOldLeft)) {
    return namesake ? collisionActions(deployment) : createNewest(deployment, old, nowMs);
  }
  const sizes =
    newest && isRollingUpdate(deployment)
      ? rollingSizes(deployment, newest, old)
      : recreateSizes(deployment, newest, old, { isOldLeft });
  const next = resized(deployment, found, sizes);
  const status = rolloutStatus(deployment, next, foundConditions(deployment, next, nowMs), nowMs);
  const isSettled = [...sizes].every(([replicaSet, size]) => sizeOf(replicaSet) === size);
  return [
    ...resizeActions(deployment, found, next),
    ...(isSettled && isComplete(deployment, deployment.status) ? cleanUpActions(deployment, old) : []),
    ...statusActions(deployment, next.newest, status),
    ...deadlineActions(deployment, status, nowMs),
  ];
}

function isOldRunning({ pods }: DeploymentSnapshot, { newest, old }: Revisions): boolean {
  if (old.some(({ status }) => (status?.replicas ?? 0) > 0)) return true;
  return pods.some(
    (pod) => !isPodFinished(pod) && !pod.metadata.ownerReferences?.some(({ uid }) => uid === newest?.metadata.uid),
  );
}

/** What is known before this turn; a Deployment from before there were progress conditions starts now. */
function foundConditions(deployment: Deployment, { newest }: Revisions, nowMs: number): readonly DeploymentCondition[] {
  const conditions = pauseConditions(deployment, nowMs);
  if (!newest || !hasDeadline(deployment) || conditionOf(conditions, "Progressing")) return conditions;
  const message = `Found new replica set "${newest.metadata.name ?? ""}"`;
  return withCondition(conditions, progressing("True", "FoundNewReplicaSet", message, nowMs));
}
