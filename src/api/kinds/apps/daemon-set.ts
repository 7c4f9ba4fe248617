import type { Kind } from "../../kind.ts";
import { daemonsets } from "../../resources.ts";
import type { DaemonSet } from "../../types/apps-v1.ts";
import { nameColumn, ageColumn, text, integer, wide } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { podTemplateDefaults } from "../core/pod-defaults.ts";
import { defineKind } from "../define-kind.ts";
import { formatLabelSelector, formatLabels } from "../selector-text.ts";
import { templateOwnerWarnings } from "../template-owner-warnings.ts";
import {
  setTemplateGeneration,
  validateDaemonSet,
  validateDaemonSetStatus,
  validateDaemonSetUpdate,
} from "./daemon-set-validation.ts";

export const daemonSet: Kind<DaemonSet> = defineKind<DaemonSet>({
  type: daemonsets,
  shortNames: ["ds"],
  categories: ["all"],
  columns: [
    nameColumn,
    integer("Desired", ({ status }) => status?.desiredNumberScheduled ?? 0),
    integer("Current", ({ status }) => status?.currentNumberScheduled ?? 0),
    integer("Ready", ({ status }) => status?.numberReady ?? 0),
    integer("Up-to-date", ({ status }) => status?.updatedNumberScheduled ?? 0),
    integer("Available", ({ status }) => status?.numberAvailable ?? 0),
    text("Node Selector", ({ spec }) => formatLabels(spec?.template.spec?.nodeSelector)),
    ageColumn,
    ...containerColumns<DaemonSet>(({ spec }) => spec?.template),
    wide("Selector", ({ spec }) => formatLabelSelector(spec?.selector)),
  ],
  defaults: daemonSetDefaults,
  strategy: {
    desiredState: ({ spec }) => spec,
    prepareCreate: (draft) => setTemplateGeneration(draft, undefined),
    prepareUpdate: setTemplateGeneration,
    validate: validateDaemonSet,
    validateUpdate: validateDaemonSetUpdate,
    warnings: (object, old) => templateOwnerWarnings(object, old, object.spec?.template, "spec.template"),
  },
  subresources: [{ name: "status", validateUpdate: validateDaemonSetStatus }],
});

function daemonSetDefaults({ spec }: DaemonSet): void {
  if (!spec) return;
  podTemplateDefaults(spec.template);
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ||= "RollingUpdate";
  if (strategy.type === "RollingUpdate") {
    const rollingUpdate = (strategy.rollingUpdate ??= {});
    rollingUpdate.maxUnavailable ??= 1;
    rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
}
