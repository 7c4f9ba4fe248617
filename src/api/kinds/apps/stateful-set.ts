import type { Kind } from "../../kind.ts";
import { statefulsets } from "../../resources.ts";
import type { StatefulSet } from "../../types/apps-v1.ts";
import { defineKind } from "../define-kind.ts";
import { workloadScale } from "../workload-scale.ts";

export const statefulSet: Kind<StatefulSet> = defineKind<StatefulSet>({
  type: statefulsets,
  shortNames: ["sts"],
  categories: ["all"],
  strategy: {
    nameFormat: "dns-label",
    desiredState: ({ spec }) => spec,
  },
  subresources: [workloadScale(), { name: "status" }],
});
