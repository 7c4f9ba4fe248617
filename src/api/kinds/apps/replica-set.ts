import type { Kind } from "../../kind.ts";
import { replicasets } from "../../resources.ts";
import type { ReplicaSet } from "../../types/apps-v1.ts";
import { defineKind } from "../define-kind.ts";
import { workloadScale } from "../workload-scale.ts";

export const replicaSet: Kind<ReplicaSet> = defineKind<ReplicaSet>({
  type: replicasets,
  shortNames: ["rs"],
  categories: ["all"],
  strategy: {
    desiredState: ({ spec }) => spec,
  },
  subresources: [workloadScale(), { name: "status" }],
});
