import { deployments } from "../../api/resources.ts";
import type { Deployment, DeploymentStatus, ReplicaSet } from "../../api/types/apps-v1.ts";
import { updateStatus, type Action } from "../actions.ts";
import { deadlineInMs } from "./progress.ts";
import { REVISION } from "./revision.ts";

/** Tells the status, and the revision of the newest ReplicaSet, if either is news. */
export function statusActions(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  status: DeploymentStatus,
): Action[] {
  const object = { ...withRevision(deployment, newest), status };
  return Bun.deepEquals(object, deployment) ? [] : [updateStatus(deployments, object)];
}

/** No event tells that time has passed. */
export function deadlineActions(deployment: Deployment, status: DeploymentStatus, nowMs: number): Action[] {
  const afterMs = deadlineInMs(deployment, status, nowMs);
  return afterMs === undefined ? [] : [{ do: "lookAgain", afterMs }];
}

/** The Deployment shows the revision of its newest ReplicaSet. */
function withRevision(deployment: Deployment, newest: ReplicaSet | undefined): Deployment {
  const revision = newest?.metadata.annotations?.[REVISION];
  if (revision === undefined || deployment.metadata.annotations?.[REVISION] === revision) return deployment;
  const annotations = { ...deployment.metadata.annotations, [REVISION]: revision };
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}
