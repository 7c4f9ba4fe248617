import { labelSelectorText } from "../../api/label-selector.ts";
import { controllerOf } from "../../api/owner-references.ts";
import { isPodReady } from "../../api/pod-readiness.ts";
import { poddisruptionbudgets } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Condition } from "../../api/types/meta-v1.ts";
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from "../../api/types/policy-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { type Action, updateStatus } from "../actions.ts";
import { conditionOf, withoutCondition } from "../conditions.ts";
import { scaledValue } from "../scaled-value.ts";
import type { WantedReplicas } from "../scales.ts";

export interface BudgetSnapshot {
  readonly budget: PodDisruptionBudget;
  /** Those that it selects. */
  readonly pods: readonly Pod[];
  /** What the owners of these pods want, by the uid of the pod; pods without such an owner are missing. */
  readonly wantedByPod: Readonly<Record<string, WantedReplicas>>;
}

/** An eviction that did not lead to the pod's deletion by then is taken to have failed. */
const DELETION_TIMEOUT_MS = 2 * 60_000;

export function budgetActions({ budget, pods, wantedByPod }: BudgetSnapshot, nowMs: number): readonly Action[] {
  const events: Action[] = pods.length === 0 ? [budgetEvent(budget, "Normal", "NoPods", "No matching pods found")] : [];
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  const isByOwners = maxUnavailable !== undefined || typeof minAvailable === "string";
  const unmanaged = pods.filter((pod) => !controllerOf(pod));
  if (isByOwners) {
    const ownerless = pods.find((pod) => controllerOf(pod) && !wantedByPod[pod.metadata.uid ?? ""]);
    if (ownerless)
      return [...events, ...failSafe(budget, `found no controllers for pod "${ownerless.metadata.name ?? ""}"`, nowMs)];
    if (unmanaged.length > 0) events.push(unmanagedEvent(budget));
  }
  const owners = new Map(Object.values(wantedByPod).map(({ uid, replicas }) => [uid, replicas]));
  const wanted = [...owners.values()].reduce((sum, replicas) => sum + replicas, 0);
  const expectedPods = isByOwners ? wanted : minAvailable === undefined ? 0 : pods.length;
  const desiredHealthy =
    maxUnavailable === undefined
      ? Math.ceil(scaledValue(minAvailable ?? 0, expectedPods))
      : Math.max(expectedPods - Math.ceil(scaledValue(maxUnavailable, expectedPods)), 0);

  const disruptions = currentDisruptions(budget, pods, nowMs);
  const currentHealthy = pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined && !disruptions.pods[pod.metadata.name ?? ""] && isPodReady(pod),
  ).length;
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(currentHealthy - desiredHealthy, 0);
  const status = withAllowance(
    {
      conditions: budget.status?.conditions,
      currentHealthy,
      desiredHealthy,
      disruptionsAllowed,
      expectedPods,
      observedGeneration: budget.metadata.generation,
      ...(Object.keys(disruptions.pods).length > 0 ? { disruptedPods: disruptions.pods } : {}),
    },
    nowMs,
  );
  return [...events, ...disruptions.events, ...statusActions(budget, status), ...disruptions.lookAgain];
}

/** Evictions that have been granted and not been seen through. */
function currentDisruptions(budget: PodDisruptionBudget, pods: readonly Pod[], nowMs: number) {
  const current: Record<string, string> = {};
  const events: Action[] = [];
  let nextMs = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    const { name = "", deletionTimestamp } = pod.metadata;
    const since = budget.status?.disruptedPods?.[name];
    if (since === undefined || deletionTimestamp !== undefined) continue;
    const leftMs = Date.parse(since) + DELETION_TIMEOUT_MS - nowMs;
    if (leftMs > 0) {
      current[name] = since;
      nextMs = Math.min(nextMs, leftMs);
      continue;
    }
    const { namespace = "" } = budget.metadata;
    // Kubernetes names the namespace twice too.
    const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
    events.push({ do: "event", about: pod, type: "Warning", reason: "NotDeleted", message });
  }
  const lookAgain: Action[] = Number.isFinite(nextMs) ? [{ do: "lookAgain", afterMs: nextMs }] : [];
  return { pods: current, events, lookAgain };
}

function withAllowance(status: PodDisruptionBudgetStatus, nowMs: number): PodDisruptionBudgetStatus {
  const isAllowed = (status.disruptionsAllowed ?? 0) > 0;
  return withCondition(
    status,
    {
      type: "DisruptionAllowed",
      status: isAllowed ? "True" : "False",
      reason: isAllowed ? "SufficientPods" : "InsufficientPods",
      message: "",
    },
    nowMs,
  );
}

/** Better no eviction than one too many. */
function failSafe(budget: PodDisruptionBudget, problem: string, nowMs: number): readonly Action[] {
  const message = `Failed to calculate the number of expected pods: ${problem}`;
  const condition = { type: "DisruptionAllowed", status: "False", reason: "SyncFailed", message: problem };
  const status = withCondition(
    {
      ...budget.status,
      currentHealthy: budget.status?.currentHealthy ?? 0,
      desiredHealthy: budget.status?.desiredHealthy ?? 0,
      expectedPods: budget.status?.expectedPods ?? 0,
      disruptionsAllowed: 0,
    },
    condition,
    nowMs,
  );
  return [budgetEvent(budget, "Warning", "CalculateExpectedPodCountFailed", message), ...statusActions(budget, status)];
}

function statusActions(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus): readonly Action[] {
  if (semanticEqual(status, budget.status)) return [];
  const object: PodDisruptionBudget = { ...budget, status };
  return [updateStatus(poddisruptionbudgets, object)];
}

function withCondition(
  status: PodDisruptionBudgetStatus,
  condition: Omit<Condition, "lastTransitionTime">,
  nowMs: number,
): PodDisruptionBudgetStatus {
  const current = conditionOf(status.conditions, condition.type);
  const isSame = current?.status === condition.status;
  const lastTransitionTime = isSame ? current.lastTransitionTime : timestamp(nowMs);
  const { observedGeneration } = status;
  const stamped = {
    ...condition,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    lastTransitionTime,
  };
  return { ...status, conditions: [...withoutCondition(status.conditions, condition.type), stamped] };
}

const budgetEvent = (
  budget: PodDisruptionBudget,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): Action => ({
  do: "event",
  about: budget,
  type,
  reason,
  message,
});

const unmanagedEvent = (budget: PodDisruptionBudget): Action =>
  budgetEvent(
    budget,
    "Warning",
    "UnmanagedPods",
    `Pods selected by this PodDisruptionBudget (selector: ${labelSelectorText(budget.spec?.selector)}) were found to be unmanaged. ` +
      "As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. " +
      'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.',
  );
