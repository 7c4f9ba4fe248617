import type { Kind } from "../../kind.ts";
import { statefulsets } from "../../resources.ts";
import type { StatefulSet } from "../../types/apps-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { claimDefaults } from "../core/persistent-volume-claim.ts";
import { podTemplateDefaults } from "../core/pod-defaults.ts";
import { defineKind } from "../define-kind.ts";
import { workloadScale } from "../workload-scale.ts";
import {
  validateStatefulSet,
  validateStatefulSetStatus,
  validateStatefulSetUpdate,
} from "./stateful-set-validation.ts";
import { statefulSetWarnings } from "./stateful-set-warnings.ts";

export const statefulSet: Kind<StatefulSet> = defineKind<StatefulSet>({
  type: statefulsets,
  shortNames: ["sts"],
  categories: ["all"],
  columns: [
    nameColumn,
    text("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    ageColumn,
    ...containerColumns<StatefulSet>(({ spec }) => spec?.template),
  ],
  defaults: statefulSetDefaults,
  strategy: {
    nameFormat: "dns-label",
    desiredState: ({ spec }) => spec,
    prepareCreate: (draft) => dropMaxUnavailable(draft, undefined),
    prepareUpdate: dropMaxUnavailable,
    validate: validateStatefulSet,
    validateUpdate: validateStatefulSetUpdate,
    warnings: statefulSetWarnings,
  },
  subresources: [workloadScale(), { name: "status", validateUpdate: validateStatefulSetStatus }],
});

function statefulSetDefaults({ spec }: StatefulSet): void {
  if (!spec) return;
  podTemplateDefaults(spec.template);
  for (const claim of spec.volumeClaimTemplates ?? []) {
    // Kubernetes writes the type of these templates too, and of no others.
    claim.apiVersion ||= "v1";
    claim.kind ||= "PersistentVolumeClaim";
    claimDefaults(claim);
  }
  spec.podManagementPolicy ||= "OrderedReady";
  const strategy = (spec.updateStrategy ??= {});
  if (!strategy.type) {
    strategy.type = "RollingUpdate";
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type === "RollingUpdate" && strategy.rollingUpdate) strategy.rollingUpdate.partition ??= 0;
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {});
  retention.whenDeleted ||= "Retain";
  retention.whenScaled ||= "Retain";
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
}

/** MaxUnavailableStatefulSet is off; only what was there before may stay. */
function dropMaxUnavailable({ spec }: StatefulSet, old: StatefulSet | undefined): void {
  if (old?.spec?.updateStrategy?.rollingUpdate?.maxUnavailable !== undefined) return;
  delete spec?.updateStrategy?.rollingUpdate?.maxUnavailable;
}
