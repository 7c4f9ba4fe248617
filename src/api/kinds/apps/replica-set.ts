import { checkImmutable, checkNotNegative } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import type { Kind } from "../../kind.ts";
import { replicasets } from "../../resources.ts";
import type { ReplicaSet } from "../../types/apps-v1.ts";
import { ageColumn, integer, nameColumn, wide } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { podTemplateDefaults } from "../core/pod-defaults.ts";
import { validatePodTemplate } from "../core/pod-validation.ts";
import { defineKind } from "../define-kind.ts";
import { checkCounts, checkParts } from "../replica-counts.ts";
import { formatLabelSelector } from "../selector-text.ts";
import {
  checkRunsForever,
  checkSelectsTemplate,
  selectorMatcher,
  validateOwnSelector,
} from "../template-owner-validation.ts";
import { ownerNameWarnings, templateOwnerWarnings } from "../template-owner-warnings.ts";
import { workloadScale } from "../workload-scale.ts";

export const replicaSet: Kind<ReplicaSet> = defineKind<ReplicaSet>({
  type: replicasets,
  shortNames: ["rs"],
  categories: ["all"],
  columns: [
    nameColumn,
    integer("Desired", ({ spec }) => spec?.replicas ?? 0),
    integer("Current", ({ status }) => status?.replicas ?? 0),
    integer("Ready", ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    ...containerColumns<ReplicaSet>(({ spec }) => spec?.template),
    wide("Selector", ({ spec }) => formatLabelSelector(spec?.selector)),
  ],
  defaults({ spec }) {
    if (!spec) return;
    if (spec.template) podTemplateDefaults(spec.template);
    spec.replicas ??= 1;
  },
  strategy: {
    desiredState: ({ spec }) => spec,
    validate: validateReplicaSet,
    validateUpdate: ({ spec }, old, errors) =>
      checkImmutable(spec?.selector, old.spec?.selector, "spec.selector", errors),
    warnings: (object, old) => [
      ...ownerNameWarnings(object, old),
      ...templateOwnerWarnings(object, old, object.spec?.template, "spec.template"),
    ],
  },
  subresources: [
    workloadScale(),
    { name: "status", validateUpdate: ({ status }, _old, errors) => validateReplicaStatus(status, errors) },
  ],
});

function validateReplicaSet({ spec }: ReplicaSet, errors: FieldErrors): void {
  if (!spec) return;
  checkNotNegative(spec.replicas, "spec.replicas", errors);
  checkNotNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  // "deployment" is upstream's word here too.
  const texts = { owner: "deployment", malformed: "invalid label selector" };
  if (!validateOwnSelector(spec.selector, texts, errors)) return;
  checkSelectsTemplate(selectorMatcher(spec.selector), spec.template, "spec.template", errors);
  if (spec.template) validatePodTemplate(spec.template, "spec.template", errors);
  checkRunsForever(spec.template, "ReplicaSet", "spec.template", errors);
}

interface ReplicaStatus {
  replicas: number;
  fullyLabeledReplicas?: number | undefined;
  readyReplicas?: number | undefined;
  availableReplicas?: number | undefined;
  observedGeneration?: number | undefined;
  terminatingReplicas?: number | undefined;
}

/** Of ReplicaSets and of the ReplicationControllers they came from. */
export function validateReplicaStatus(status: ReplicaStatus | undefined, errors: FieldErrors): void {
  const counts = [
    "replicas",
    "fullyLabeledReplicas",
    "readyReplicas",
    "availableReplicas",
    "observedGeneration",
    "terminatingReplicas",
  ] as const;
  const ofAll = { whole: "replicas", detail: "cannot be greater than status.replicas" } as const;
  checkCounts(status, counts, errors);
  checkParts(status, ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"], ofAll, errors);
  const ofReady = { whole: "readyReplicas", detail: "cannot be greater than readyReplicas" } as const;
  checkParts(status, ["availableReplicas"], ofReady, errors);
}
