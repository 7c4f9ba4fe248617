import type { Kind } from "../../kind.ts";
import { replicasets } from "../../resources.ts";
import type { ReplicaSet } from "../../types/apps-v1.ts";
import { nameColumn, ageColumn, integer, wide } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { defineKind } from "../define-kind.ts";
import { formatLabelSelector } from "../selector-text.ts";
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
  strategy: {
    desiredState: ({ spec }) => spec,
  },
  subresources: [workloadScale(), { name: "status" }],
});
