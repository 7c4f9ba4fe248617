import type { Kind } from "../../kind.ts";
import { labelSelectorText } from "../../label-selector.ts";
import { deployments } from "../../resources.ts";
import type { Deployment } from "../../types/apps-v1.ts";
import { nameColumn, ageColumn, text, wide } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { defineKind } from "../define-kind.ts";
import { workloadScale } from "../workload-scale.ts";

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
  strategy: {
    desiredState: ({ metadata, spec }) => [spec, metadata.annotations],
  },
  subresources: [workloadScale(), { name: "status" }],
});
