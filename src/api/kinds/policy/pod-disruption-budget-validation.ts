import { checkOptional } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from "../../types/policy-v1.ts";
import { checkAtMost100Percent, checkIntOrPercent } from "../int-or-percent.ts";
import { checkCounts } from "../replica-counts.ts";

/** Upstream's ValidatePodDisruptionBudgetSpec. */
export function validatePodDisruptionBudget({ spec = {} }: PodDisruptionBudget, errors: FieldErrors): void {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.invalid("spec", internalSpec(spec), "minAvailable and maxUnavailable cannot be both set");
  }
  for (const [field, value] of Object.entries({ minAvailable, maxUnavailable })) {
    if (value === undefined) continue;
    checkIntOrPercent(value, `spec.${field}`, errors);
    checkAtMost100Percent(value, `spec.${field}`, errors);
  }
  validateLabelSelector(selector, "spec.selector", errors);
  const policies = ["AlwaysAllow", "IfHealthyBudget"];
  checkOptional(unhealthyPodEvictionPolicy, policies, "spec.unhealthyPodEvictionPolicy", errors);
}

/** Upstream shows its internal type here. */
const internalSpec = (spec: PodDisruptionBudgetSpec) => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: spec.selector ?? null,
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
});

export function validatePodDisruptionBudgetStatus(
  { status }: PodDisruptionBudget,
  _old: PodDisruptionBudget,
  errors: FieldErrors,
): void {
  checkCounts(status, ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"], errors);
}
