import type { Kind } from "../../kind.ts";
import { poddisruptionbudgets } from "../../resources.ts";
import type { PodDisruptionBudget } from "../../types/policy-v1.ts";
import { defineKind } from "../define-kind.ts";

export const podDisruptionBudget: Kind<PodDisruptionBudget> = defineKind<PodDisruptionBudget>({
  type: poddisruptionbudgets,
  shortNames: ["pdb"],
  strategy: {
    nameFormat: "path-segment",
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status" }],
});
