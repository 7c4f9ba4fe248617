import type { DaemonSet, Deployment, StatefulSet } from "../../api/types/apps-v1.ts";
import { UserError } from "../../lib/user-error.ts";
import { type ApiObject, kindOf } from "../objects/api-object.ts";

/** How far a rollout is, in kubectl's words (polymorphichelpers/rollout_status.go). */
export interface RolloutStatus {
  readonly text: string;
  readonly isDone: boolean;
}

/** `revision` pins a deployment's rollout to one of its revisions; 0 stands for the last. */
export function rolloutStatus(object: ApiObject, revision: number): RolloutStatus {
  const kind = kindOf(object);
  // Parse edge: the kind says which type the object has.
  if (kind === "Deployment") return deploymentStatus(object as unknown as Deployment, revision);
  if (kind === "DaemonSet") return daemonSetStatus(object as unknown as DaemonSet);
  if (kind === "StatefulSet") return statefulSetStatus(object as unknown as StatefulSet);
  throw new UserError(`no status viewer has been implemented for ${kind}`);
}

const waiting = (text: string): RolloutStatus => ({ text, isDone: false });
const done = (text: string): RolloutStatus => ({ text, isDone: true });

function deploymentStatus({ metadata, spec, status = {} }: Deployment, revision: number): RolloutStatus {
  const name = JSON.stringify(metadata.name);
  const running = Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? "0");
  if (revision > 0 && revision !== running)
    throw new UserError(`desired revision (${revision}) is different from the running revision (${running})`);
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0))
    return waiting("Waiting for deployment spec update to be observed...\n");
  const progressing = status.conditions?.find(({ type }) => type === "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded")
    throw new UserError(`deployment ${name} exceeded its progress deadline`);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  const head = `Waiting for deployment ${name} rollout to finish:`;
  if (spec?.replicas !== undefined && updatedReplicas < spec.replicas)
    return waiting(`${head} ${updatedReplicas} out of ${spec.replicas} new replicas have been updated...\n`);
  if (replicas > updatedReplicas)
    return waiting(`${head} ${replicas - updatedReplicas} old replicas are pending termination...\n`);
  if (availableReplicas < updatedReplicas)
    return waiting(`${head} ${availableReplicas} of ${updatedReplicas} updated replicas are available...\n`);
  return done(`deployment ${name} successfully rolled out\n`);
}

const ROLLING_ONLY = "rollout status is only available for RollingUpdate strategy type";

function daemonSetStatus({ metadata, spec, status }: DaemonSet): RolloutStatus {
  const name = JSON.stringify(metadata.name);
  if (spec?.updateStrategy?.type !== "RollingUpdate") throw new UserError(ROLLING_ONLY);
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0))
    return waiting("Waiting for daemon set spec update to be observed...\n");
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  const head = `Waiting for daemon set ${name} rollout to finish:`;
  if (updatedNumberScheduled < desiredNumberScheduled)
    return waiting(
      `${head} ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated...\n`,
    );
  if (numberAvailable < desiredNumberScheduled)
    return waiting(`${head} ${numberAvailable} of ${desiredNumberScheduled} updated pods are available...\n`);
  return done(`daemon set ${name} successfully rolled out\n`);
}

function statefulSetStatus({ metadata, spec, status }: StatefulSet): RolloutStatus {
  if (spec?.updateStrategy?.type !== "RollingUpdate") throw new UserError(ROLLING_ONLY);
  const observed = status?.observedGeneration ?? 0;
  if (observed === 0 || (metadata.generation ?? 0) > observed)
    return waiting("Waiting for statefulset spec update to be observed...\n");
  const { readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0 } = status ?? {};
  const { updateRevision = "", currentRevision = "" } = status ?? {};
  const replicas = spec.replicas ?? 1;
  if (readyReplicas < replicas) return waiting(`Waiting for ${replicas - readyReplicas} pods to be ready...\n`);
  const rolling = spec.updateStrategy.rollingUpdate;
  if (rolling) {
    const wanted = replicas - (rolling.partition ?? 0);
    if (updatedReplicas < wanted)
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated...\n`,
      );
    return done(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...\n`);
  }
  if (updateRevision !== currentRevision)
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...\n`,
    );
  return done(`statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...\n`);
}
