import type { StatusSubresource, Strategy } from "../../../kind.ts";
import { podQos } from "../../../pod-qos.ts";
import type { Pod, PodAffinityTerm, PodCondition, PodStatus } from "../../../types/core-v1.ts";
import type { LabelSelector } from "../../../types/meta-v1.ts";
import { validatePod, validatePodCreation } from "../pod-validation.ts";
import { podWarnings } from "../pod-warnings.ts";
import { mergeAppArmorAnnotations } from "./app-armor.ts";
import { validatePodStatusUpdate } from "./pod-status-validation.ts";
import { validatePodUpdate } from "./pod-update-validation.ts";

/** How writes of pods are prepared (pkg/registry/core/pod/strategy.go). */
export const podStrategy: Partial<Strategy<Pod>> = {
  desiredState: ({ spec }) => spec,
  returnsDeletedObject: true,
  prepareCreate(draft) {
    draft.status = initialStatus(draft);
    mergeMatchLabelKeys(draft);
    mergeAppArmorAnnotations(draft);
  },
  validate(pod, errors, old) {
    validatePod(pod, errors);
    if (!old) validatePodCreation(pod, errors);
  },
  validateUpdate: (pod, old, errors) => validatePodUpdate(pod, old, errors),
  warnings: (pod, old) => (old ? [] : podWarnings(pod)),
  gracePeriodSeconds: ({ spec }) => spec?.terminationGracePeriodSeconds ?? 0,
  /** Nobody would confirm the end of a pod that has no node or has already ended. */
  deletesAtOnce: ({ spec, status }) => !spec?.nodeName || status?.phase === "Failed" || status?.phase === "Succeeded",
};

export const podStatusSubresource: StatusSubresource<Pod> = {
  name: "status",
  prepareUpdate(draft, old) {
    const { ownerReferences } = old.metadata;
    if (ownerReferences) draft.metadata.ownerReferences = ownerReferences;
    else delete draft.metadata.ownerReferences;
    const status = (draft.status ??= {});
    if (!status.qosClass && old.status?.qosClass) status.qosClass = old.status.qosClass;
    keepObservedGenerations(status, old.status ?? {});
  },
  validateUpdate: (pod, old, errors) => validatePodStatusUpdate(pod, old, errors),
};

function initialStatus(pod: Pod): PodStatus {
  const status: PodStatus = { phase: "Pending", qosClass: podQos(pod) };
  if (!pod.spec?.schedulingGates?.length) return status;
  const gated: PodCondition = {
    type: "PodScheduled",
    status: "False",
    lastTransitionTime: pod.metadata.creationTimestamp,
    reason: "SchedulingGated",
    message: "Scheduling is blocked due to non-empty scheduling gates",
  };
  return { ...status, conditions: [gated] };
}

/** Clients that do not know of observedGeneration must not erase it. */
function keepObservedGenerations(status: PodStatus, old: PodStatus): void {
  keepObservedGeneration(status, old);
  const oldByType = Map.groupBy(old.conditions ?? [], ({ type }) => type);
  for (const condition of status.conditions ?? []) {
    keepObservedGeneration(condition, oldByType.get(condition.type)?.shift() ?? {});
  }
}

type Observation = Pick<PodStatus, "observedGeneration">;

function keepObservedGeneration(draft: Observation, { observedGeneration }: Observation): void {
  if (!draft.observedGeneration && observedGeneration) draft.observedGeneration = observedGeneration;
}

/** `matchLabelKeys` stand for the values the pod's own labels have now: the scheduler sees plain selectors. */
function mergeMatchLabelKeys({ spec, metadata }: Pod): void {
  const labels = metadata.labels ?? {};
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  for (const affinity of [podAffinity, podAntiAffinity]) {
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const term of [...preferred.map(({ podAffinityTerm }) => podAffinityTerm), ...required])
      mergeTerm(term, labels);
  }
  for (const { labelSelector, matchLabelKeys } of spec?.topologySpreadConstraints ?? []) {
    if (labelSelector) addExpressions(labelSelector, matchLabelKeys, "In", labels);
  }
}

function mergeTerm({ labelSelector, matchLabelKeys, mismatchLabelKeys }: PodAffinityTerm, labels: Labels): void {
  // No selector matches no pod, which no key can change.
  if (!labelSelector) return;
  addExpressions(labelSelector, matchLabelKeys, "In", labels);
  addExpressions(labelSelector, mismatchLabelKeys, "NotIn", labels);
}

type Labels = Readonly<Record<string, string>>;

function addExpressions(
  selector: LabelSelector,
  keys: readonly string[] | undefined,
  operator: "In" | "NotIn",
  labels: Labels,
): void {
  for (const key of keys ?? []) {
    const value = labels[key];
    if (value !== undefined) (selector.matchExpressions ??= []).push({ key, operator, values: [value] });
  }
}
