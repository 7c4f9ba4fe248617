import type { Kind } from "../../kind.ts";
import { poddisruptionbudgets } from "../../resources.ts";
import type { PodDisruptionBudget } from "../../types/policy-v1.ts";
import { nameColumn, ageColumn, text, integer } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { validatePodDisruptionBudget, validatePodDisruptionBudgetStatus } from "./pod-disruption-budget-validation.ts";

export const podDisruptionBudget: Kind<PodDisruptionBudget> = defineKind<PodDisruptionBudget>({
  type: poddisruptionbudgets,
  shortNames: ["pdb"],
  columns: [
    nameColumn,
    text("Min Available", ({ spec }) => String(spec?.minAvailable ?? "N/A")),
    text("Max Unavailable", ({ spec }) => String(spec?.maxUnavailable ?? "N/A")),
    integer("Allowed Disruptions", ({ status }) => status?.disruptionsAllowed ?? 0),
    ageColumn,
  ],
  strategy: {
    validate: validatePodDisruptionBudget,
    nameFormat: "path-segment",
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status", validateUpdate: validatePodDisruptionBudgetStatus }],
});
