import type { FieldErrors } from "../../field-errors.ts";
import { dnsLabelProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from "../../types/apps-v1.ts";
import { checkFormat, checkNotNegative } from "../field-checks.ts";
import { checkAtMost100Percent, checkIntOrPercent, isNone } from "../int-or-percent.ts";
import { checkCollisionCount, checkCounts, checkParts } from "../replica-counts.ts";
import {
  checkRunsForever,
  checkSelectsTemplate,
  selectorMatcher,
  validateOwnSelector,
} from "../template-owner-validation.ts";

/** Upstream's ValidateStatefulSetSpec. What an update cannot change is not looked at again. */
export function validateStatefulSet({ spec }: StatefulSet, errors: FieldErrors, old?: StatefulSet): void {
  if (!spec) return;
  const { podManagementPolicy: policy, serviceName, ordinals } = spec;
  if (!policy) errors.required("spec.podManagementPolicy", "");
  else if (!["OrderedReady", "Parallel"].includes(policy)) {
    errors.invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'");
  }
  validateUpdateStrategy(spec.updateStrategy ?? {}, errors);
  validateRetention(spec, errors);
  checkNotNegative(spec.replicas, "spec.replicas", errors);
  checkNotNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  checkNotNegative(ordinals?.start, "spec.ordinals.start", errors);
  if (!old && serviceName) checkFormat(serviceName, dnsLabelProblems(serviceName), "spec.serviceName", errors);
  if (validateOwnSelector(spec.selector, { owner: "statefulset", malformed: "" }, errors)) {
    checkSelectsTemplate(selectorMatcher(spec.selector), spec.template, "spec.template", errors);
  }
  checkRunsForever(spec.template, "StatefulSet", "spec.template", errors);
}

const PATH = "spec.updateStrategy";

function validateUpdateStrategy({ type, rollingUpdate }: StatefulSetUpdateStrategy, errors: FieldErrors): void {
  // Upstream shows its internal types here.
  const shown = rollingUpdate
    ? { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: rollingUpdate.maxUnavailable ?? null }
    : null;
  if (!type) errors.required(PATH, "");
  else if (type === "OnDelete") {
    if (shown) errors.invalid(`${PATH}.rollingUpdate`, shown, "only allowed for updateStrategy 'RollingUpdate'");
  } else if (type === "RollingUpdate") {
    checkNotNegative(rollingUpdate?.partition, `${PATH}.rollingUpdate.partition`, errors);
    validateMaxUnavailable(rollingUpdate?.maxUnavailable, `${PATH}.rollingUpdate.maxUnavailable`, errors);
  } else errors.invalid(PATH, { Type: type, RollingUpdate: shown }, "must be 'RollingUpdate' or 'OnDelete'");
}

function validateMaxUnavailable(value: string | number | undefined, path: string, errors: FieldErrors): void {
  if (value === undefined) return;
  checkIntOrPercent(value, path, errors);
  if (isNone(value)) errors.invalid(path, value, "cannot be 0");
  checkAtMost100Percent(value, path, errors);
}

function validateRetention(
  { persistentVolumeClaimRetentionPolicy: policy }: StatefulSetSpec,
  errors: FieldErrors,
): void {
  for (const field of ["whenDeleted", "whenScaled"] as const) {
    const value = policy?.[field];
    if (!policy || value === "Retain" || value === "Delete") continue;
    const path = `spec.persistentVolumeClaimRetentionPolicy.${field}`;
    errors.notSupportedInOrder(path, value ?? "", ["Retain", "Delete"]);
  }
}

const CHANGEABLE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
] as const;

export function validateStatefulSetUpdate({ spec }: StatefulSet, old: StatefulSet, errors: FieldErrors): void {
  const kept = { ...spec } as Partial<StatefulSetSpec>;
  const oldKept = { ...old.spec } as Partial<StatefulSetSpec>;
  for (const field of CHANGEABLE) {
    delete kept[field];
    delete oldKept[field];
  }
  if (semanticEqual(kept, oldKept)) return;
  errors.forbidden(
    "spec",
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  );
}

export function validateStatefulSetStatus({ status }: StatefulSet, old: StatefulSet, errors: FieldErrors): void {
  const counts = [
    "replicas",
    "readyReplicas",
    "currentReplicas",
    "updatedReplicas",
    "availableReplicas",
    "observedGeneration",
    "collisionCount",
  ] as const;
  checkCounts(status, counts, errors);
  const ofAll = { whole: "replicas", detail: "cannot be greater than status.replicas" } as const;
  checkParts(status, ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"], ofAll, errors);
  const ofReady = { whole: "readyReplicas", detail: "cannot be greater than status.readyReplicas" } as const;
  checkParts(status, ["availableReplicas"], ofReady, errors);
  checkCollisionCount(status, old.status, errors);
}
