import type { Kind } from "../../kind.ts";
import { deployments } from "../../resources.ts";
import type { Deployment } from "../../types/apps-v1.ts";
import { defineKind } from "../define-kind.ts";
import { workloadScale } from "../workload-scale.ts";

export const deployment: Kind<Deployment> = defineKind<Deployment>({
  type: deployments,
  shortNames: ["deploy"],
  categories: ["all"],
  strategy: {
    desiredState: ({ metadata, spec }) => [spec, metadata.annotations],
  },
  subresources: [workloadScale(), { name: "status" }],
});
