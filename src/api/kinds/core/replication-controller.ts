import { checkNotNegative } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import type { Kind } from "../../kind.ts";
import { labelSelectorText } from "../../label-selector.ts";
import { EVERYTHING, selectorOfLabels } from "../../label-selector.ts";
import { replicationcontrollers } from "../../resources.ts";
import type { ReplicationController } from "../../types/core-v1.ts";
import { validateReplicaStatus } from "../apps/replica-set.ts";
import { nameColumn, ageColumn, integer, wide } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { defineKind, selectable } from "../define-kind.ts";
import { formatLabels } from "../selector-text.ts";
import { checkRunsForever, checkSelectsTemplate } from "../template-owner-validation.ts";
import { ownerNameWarnings, templateOwnerWarnings } from "../template-owner-warnings.ts";
import { podTemplateDefaults } from "./pod-defaults.ts";
import { validatePodTemplate } from "./pod-validation.ts";

export const replicationController: Kind<ReplicationController> = defineKind<ReplicationController>({
  type: replicationcontrollers,
  shortNames: ["rc"],
  categories: ["all"],
  columns: [
    nameColumn,
    integer("Desired", ({ spec }) => spec?.replicas ?? 0),
    integer("Current", ({ status }) => status?.replicas ?? 0),
    integer("Ready", ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    ...containerColumns<ReplicationController>(({ spec }) => spec?.template),
    wide("Selector", ({ spec }) => formatLabels(spec?.selector)),
  ],
  selectableFields: selectable({ "status.replicas": ({ status }) => String(status?.replicas ?? 0) }),
  defaults: replicationControllerDefaults,
  strategy: {
    desiredState: ({ spec }) => spec,
    defaultPropagation: "orphan",
    validate: validateReplicationController,
    warnings: (object, old) => [
      ...ownerNameWarnings(object, old),
      ...templateOwnerWarnings(object, old, object.spec?.template, "spec.template"),
    ],
  },
  subresources: [
    {
      name: "scale",
      replicas: ({ spec }) => spec?.replicas ?? 0,
      withReplicas: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
      statusReplicas: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => labelSelectorText({ matchLabels: spec?.selector }),
    },
    { name: "status", validateUpdate: ({ status }, _old, errors) => validateReplicaStatus(status, errors) },
  ],
});

function replicationControllerDefaults(draft: ReplicationController): void {
  const { spec, metadata } = draft;
  if (!spec) return;
  if (spec.template) podTemplateDefaults(spec.template);
  spec.replicas ??= 1;
  const labels = spec.template?.metadata?.labels;
  if (!labels) return;
  if (isNone(spec.selector)) spec.selector = { ...labels };
  if (isNone(metadata.labels)) metadata.labels = { ...labels };
}

const isNone = (labels: Readonly<Record<string, string>> | undefined): boolean =>
  Object.keys(labels ?? {}).length === 0;

function validateReplicationController({ spec }: ReplicationController, errors: FieldErrors): void {
  checkNotNegative(spec?.minReadySeconds, "spec.minReadySeconds", errors);
  if (isNone(spec?.selector)) errors.required("spec.selector", "");
  checkNotNegative(spec?.replicas, "spec.replicas", errors);
  if (!spec?.template) return errors.required("spec.template", "");
  const selector = isNone(spec.selector) ? EVERYTHING : selectorOfLabels(spec.selector);
  checkSelectsTemplate(selector.matches, spec.template, "spec.template", errors);
  validatePodTemplate(spec.template, "spec.template", errors);
  checkRunsForever(spec.template, "ReplicationController", "spec.template", errors);
}
