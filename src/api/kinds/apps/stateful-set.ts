import type { Kind } from "../../kind.ts";
import { statefulsets } from "../../resources.ts";
import type { StatefulSet } from "../../types/apps-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { containerColumns } from "../container-columns.ts";
import { defineKind } from "../define-kind.ts";
import { workloadScale } from "../workload-scale.ts";

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
  strategy: {
    nameFormat: "dns-label",
    desiredState: ({ spec }) => spec,
  },
  subresources: [workloadScale(), { name: "status" }],
});
