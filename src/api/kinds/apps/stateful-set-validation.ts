import { checkFormat, checkNotNegative } from "../../field-checks.ts";
import { FieldErrors } from "../../field-errors.ts";
import { validateLabels } from "../../label-selector.ts";
import { validateAnnotations } from "../../meta-validation.ts";
import { dnsLabelProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from "../../types/apps-v1.ts";
import type { PodTemplateSpec } from "../../types/core-v1.ts";
import { validateClaimSpec } from "../core/claim-spec-validation.ts";
import { validatePodTemplate } from "../core/pod-validation.ts";
import { checkAtMost100Percent, checkIntOrPercent, isNone } from "../int-or-percent.ts";
import { checkCollisionCount, checkCounts, checkParts } from "../replica-counts.ts";
import {
  checkRunsForever,
  checkSelectsTemplate,
  selectorMatcher,
  validateOwnSelector,
} from "../template-owner-validation.ts";

/** Upstream's ValidateStatefulSetSpec. What an update cannot change is not looked at again. */
export function validateStatefulSet(object: StatefulSet, errors: FieldErrors, old?: StatefulSet): void {
  // A template that older rules let in may stay.
  const isOldValid = old === undefined || isValid(old);
  validateSpec(object, { isNew: old === undefined, checksTemplate: isOldValid }, errors);
}

function isValid(object: StatefulSet): boolean {
  const errors = new FieldErrors();
  validateSpec(object, { isNew: false, checksTemplate: true }, errors);
  return errors.isEmpty;
}

function validateSpec(
  { spec }: StatefulSet,
  { isNew, checksTemplate }: { readonly isNew: boolean; readonly checksTemplate: boolean },
  errors: FieldErrors,
): void {
  if (!spec) return;
  const { podManagementPolicy: policy, serviceName, ordinals } = spec;
  if (!policy) errors.required("spec.podManagementPolicy", "");
  else if (!["OrderedReady", "Parallel"].includes(policy)) {
    errors.invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'");
  }
  validateUpdateStrategy(spec.updateStrategy ?? {}, errors);
  validateRetention(spec, errors);
  if (isNew) validateClaimTemplates(spec, errors);
  checkNotNegative(spec.replicas, "spec.replicas", errors);
  checkNotNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  checkNotNegative(ordinals?.start, "spec.ordinals.start", errors);
  if (isNew && serviceName) checkFormat(serviceName, dnsLabelProblems(serviceName), "spec.serviceName", errors);
  if (validateOwnSelector(spec.selector, { owner: "statefulset", malformed: "" }, errors)) {
    checkSelectsTemplate(selectorMatcher(spec.selector), spec.template, "spec.template", errors);
    if (checksTemplate) validatePodTemplate(templateWithClaims(spec), "spec.template", errors);
    const { labels, annotations } = spec.template.metadata ?? {};
    validateLabels(labels, "spec.template.labels", errors);
    validateAnnotations(annotations, "spec.template.annotations", errors);
  }
  checkRunsForever(spec.template, "StatefulSet", "spec.template", errors);
}

function validateClaimTemplates({ volumeClaimTemplates = [] }: StatefulSetSpec, errors: FieldErrors): void {
  volumeClaimTemplates.forEach(({ spec }, index) => {
    if (spec) validateClaimSpec(spec, `spec.volumeClaimTemplates[${index}].spec`, errors);
  });
}

/** As the pods will be: the controller names them and gives each its own claims. */
function templateWithClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  if (!template.spec) return template;
  const claimNames = volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? "");
  const claims = claimNames.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = template.spec.volumes?.filter(({ name }) => !claimNames.includes(name)) ?? [];
  const { hostname: _hostname, subdomain: _subdomain, ...spec } = template.spec;
  return { ...template, spec: claims.length > 0 ? { ...spec, volumes: [...claims, ...others] } : spec };
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
