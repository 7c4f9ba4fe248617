import { selectorOfLabels } from "../../api/label-selector.ts";
import { isPodActive, isPodAvailable, isPodFinished, isPodReady } from "../../api/pod-readiness.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { pods as podType } from "../../api/resources.ts";
import type { ReplicaSetCondition, ReplicaSetStatus } from "../../api/types/apps-v1.ts";
import type { Pod, PodTemplateSpec } from "../../api/types/core-v1.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { updateStatus, type Action } from "../actions.ts";
import { conditionOf, withCondition, withoutCondition } from "../conditions.ts";
import { nextAvailability } from "../next-availability.ts";
import { podReport } from "../pod-report.ts";
import { claims } from "./claims.ts";
import { deletionOrder } from "./deletion-order.ts";
import { podFromTemplate } from "./pod-from-template.ts";

/** Something that keeps a number of equal pods: a ReplicaSet or a ReplicationController. */
export interface ReplicaOwner<S extends ReplicaSetStatus = ReplicaSetStatus> {
  readonly type: ResourceType;
  readonly object: KubeObject & { status?: S | undefined };
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly minReadySeconds: number;
  /** ReplicationControllers do not tell how many pods are terminating. */
  readonly countsTerminating: boolean;
}

export interface ReplicaSnapshot {
  readonly owner: ReplicaOwner;
  /** Pods that the owner controls, and pods without a controller that might become its own. */
  readonly pods: readonly Pod[];
  /** All pods of the workload, where there is more than this owner. */
  readonly relatedPods: readonly Pod[];
  /** The server confirmed that the owner is not being deleted. */
  readonly mayAdopt: boolean;
}

/** Upstream's limit for one turn. */
const MOST_CHANGES = 500;

/** Creates or deletes what is missing or too much, and tells the state in the owner's status. */
export function replicaActions({ owner, pods, relatedPods, mayAdopt }: ReplicaSnapshot, nowMs: number): Action[] {
  const unfinished = pods.filter((pod) => !isPodFinished(pod));
  const { claimed, actions } = claims(owner.object, owner.selector, unfinished, podType, { mayAdopt });
  const active = claimed.filter(isPodActive);
  const terminating = claimed.length - active.length;
  const excess = active.length - owner.replicas;
  const failed = (error: Error): Action[] => statusActions(owner, active, terminating, nowMs, error);

  const isGoing = owner.object.metadata.deletionTimestamp !== undefined;
  const changes = isGoing
    ? []
    : excess < 0
      ? [createPods(owner, Math.min(-excess, MOST_CHANGES), failed)]
      : excess > 0
        ? [
            deletePods(
              owner,
              deletionOrder(active, relatedPods, nowMs).slice(0, Math.min(excess, MOST_CHANGES)),
              failed,
            ),
          ]
        : [];
  return [
    ...actions,
    ...changes,
    ...statusActions(owner, active, terminating, nowMs),
    ...nextAvailability(active, owner.minReadySeconds, nowMs),
  ];
}

function createPods(owner: ReplicaOwner, count: number, ifOneFails: (error: Error) => Action[]): Action {
  const object = podFromTemplate(owner.template, owner.object);
  const report = podReport("create", owner.object);
  return {
    do: "slowStart",
    actions: Array.from({ length: count }, () => ({ do: "create", type: podType, object, report })),
    ifOneFails,
  };
}

function deletePods(owner: ReplicaOwner, pods: readonly Pod[], ifOneFails: (error: Error) => Action[]): Action {
  const report = podReport("delete", owner.object);
  return {
    do: "together",
    actions: pods.map((object) => ({ do: "delete", type: podType, object, report })),
    ifOneFails,
  };
}

function statusActions(
  owner: ReplicaOwner,
  active: readonly Pod[],
  terminating: number,
  nowMs: number,
  error?: Error,
): Action[] {
  const { object } = owner;
  const status = replicaStatus(owner, active, terminating, nowMs, error);
  return Bun.deepEquals(status, object.status) ? [] : [updateStatus(owner.type, withStatus(object, status))];
}

const withStatus = (object: KubeObject, status: ReplicaSetStatus): KubeObject & { status: ReplicaSetStatus } => ({
  ...object,
  status,
});

function replicaStatus(
  owner: ReplicaOwner,
  active: readonly Pod[],
  terminating: number,
  nowMs: number,
  error: Error | undefined,
): ReplicaSetStatus {
  const { object, template, minReadySeconds, countsTerminating } = owner;
  const wantedLabels = selectorOfLabels(template.metadata?.labels);
  const conditions = failureConditions(owner, active.length, nowMs, error);
  return {
    replicas: active.length,
    // Counts that are zero are left out on the wire, so they are here; upstream's types say omitempty.
    ...counted("fullyLabeledReplicas", active.filter((pod) => wantedLabels.matches(pod.metadata.labels)).length),
    ...counted("readyReplicas", active.filter(isPodReady).length),
    ...counted("availableReplicas", active.filter((pod) => isPodAvailable(pod, minReadySeconds, nowMs)).length),
    ...(countsTerminating ? { terminatingReplicas: terminating } : {}),
    ...counted("observedGeneration", object.metadata.generation ?? 0),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

function counted<K extends string>(name: K, count: number): Partial<Record<K, number>> {
  // A computed key widens to an index signature.
  return count === 0 ? {} : ({ [name]: count } as Record<K, number>);
}

function failureConditions(
  { object, replicas }: ReplicaOwner,
  active: number,
  nowMs: number,
  error: Error | undefined,
): ReplicaSetCondition[] {
  const conditions = object.status?.conditions;
  if (!error) return withoutCondition(conditions, "ReplicaFailure");
  // The first failure stays until it is over: telling each would write the status at every attempt.
  if (conditionOf(conditions, "ReplicaFailure")) return [...(conditions ?? [])];
  return withCondition(conditions, {
    type: "ReplicaFailure",
    status: "True",
    lastTransitionTime: timestamp(nowMs),
    reason: active < replicas ? "FailedCreate" : "FailedDelete",
    message: error.message,
  });
}
