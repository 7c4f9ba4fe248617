import { checkImmutable } from "../../field-checks.ts";
import type { Kind } from "../../kind.ts";
import { labelSelectorText } from "../../label-selector.ts";
import { deployments } from "../../resources.ts";
import type { Deployment } from "../../types/apps-v1.ts";
import { ageColumn, nameColumn, text, wide } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { podTemplateDefaults } from "../core/pod-defaults.ts";
import { defineKind } from "../define-kind.ts";
import { ownerNameWarnings, templateOwnerWarnings } from "../template-owner-warnings.ts";
import { workloadScale } from "../workload-scale.ts";
import { validateDeployment, validateDeploymentStatus } from "./deployment-validation.ts";

export const deployment: Kind<Deployment> = defineKind<Deployment>({
  type: deployments,
  shortNames: ["deploy"],
  categories: ["all"],
  columns: [
    nameColumn,
    text("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    text("Up-to-date", ({ status }) => status?.updatedReplicas ?? 0),
    text("Available", ({ status }) => status?.availableReplicas ?? 0),
    ageColumn,
    ...containerColumns<Deployment>(({ spec }) => spec?.template),
    wide("Selector", ({ spec }) => labelSelectorText(spec?.selector)),
  ],
  defaults: deploymentDefaults,
  strategy: {
    // Annotations are copied to ReplicaSets, so they count.
    desiredState: ({ metadata, spec }) => [spec, metadata.annotations],
    validate: validateDeployment,
    validateUpdate: ({ spec }, old, errors) =>
      checkImmutable(spec?.selector, old.spec?.selector, "spec.selector", errors),
    warnings: (object, old) => [
      ...ownerNameWarnings(object, old),
      ...templateOwnerWarnings(object, old, object.spec?.template, "spec.template"),
    ],
  },
  subresources: [
    workloadScale(),
    {
      name: "status",
      prepareUpdate(draft, old) {
        draft.metadata.labels = old.metadata.labels;
      },
      validateUpdate: validateDeploymentStatus,
    },
  ],
});

function deploymentDefaults({ spec }: Deployment): void {
  if (!spec) return;
  podTemplateDefaults(spec.template);
  spec.replicas ??= 1;
  const strategy = (spec.strategy ??= {});
  strategy.type ||= "RollingUpdate";
  if (strategy.type === "RollingUpdate") {
    const rollingUpdate = (strategy.rollingUpdate ??= {});
    rollingUpdate.maxUnavailable ??= "25%";
    rollingUpdate.maxSurge ??= "25%";
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
}
