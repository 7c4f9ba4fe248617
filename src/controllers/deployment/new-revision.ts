import { replicasets } from "../../api/resources.ts";
import type { Deployment, DeploymentCondition, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Action } from "../actions.ts";
import { withCondition } from "../conditions.ts";
import { rolloutStatus } from "./deployment-status.ts";
import { isRollingUpdate, wantedReplicas } from "./fenceposts.ts";
import { hasDeadline, pauseConditions, progressing } from "./progress.ts";
import { scalingEvent } from "./resizing.ts";
import { newReplicaSet } from "./revisions.ts";
import { grownSize } from "./rollout.ts";
import { deadlineActions, statusActions } from "./status-actions.ts";

/** Creates the ReplicaSet of a template that has none yet. */
export function createNewest(deployment: Deployment, old: readonly ReplicaSet[], nowMs: number): readonly Action[] {
  const replicas = isRollingUpdate(deployment) ? grownSize(deployment, old, 0) : wantedReplicas(deployment);
  const created = newReplicaSet(deployment, old, replicas);
  const { name = "" } = created.metadata;
  const tell = (status: "True" | "False", reason: string, message: string): readonly DeploymentCondition[] => {
    const conditions = pauseConditions(deployment, nowMs);
    return hasDeadline(deployment)
      ? withCondition(conditions, progressing(status, reason, message, nowMs))
      : conditions;
  };
  const conditions = tell("True", "NewReplicaSetCreated", `Created new replica set "${name}"`);
  const status = rolloutStatus(deployment, { newest: created, old }, conditions, nowMs);
  return [
    {
      do: "create",
      type: replicasets,
      object: created,
      ifItFails: (error) => {
        const message = `Failed to create new replica set "${name}": ${error.message}`;
        const failed = tell("False", "ReplicaSetCreateError", message);
        return [
          { do: "event", about: deployment, type: "Warning", reason: "ReplicaSetCreateError", message },
          ...statusActions(deployment, undefined, { ...deployment.status, conditions: [...failed] }),
        ];
      },
    },
    ...(replicas > 0 ? [scalingEvent(deployment, name, 0, replicas)] : []),
    ...statusActions(deployment, created, status),
    ...deadlineActions(deployment, status, nowMs),
  ];
}

/** Another template has the same hash: the count changes the hash at the next turn. */
export function collisionActions(deployment: Deployment): Action[] {
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  return statusActions(deployment, undefined, { ...deployment.status, collisionCount });
}
