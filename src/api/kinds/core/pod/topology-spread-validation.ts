import { checkPositive, checkSupported } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { validateLabelSelector } from "../../../label-selector.ts";
import type { TopologySpreadConstraint } from "../../../types/core-v1.ts";
import { validateMatchLabelKeys } from "./match-label-keys-validation.ts";

const INCLUSION_POLICIES = ["Honor", "Ignore"];

export function validateTopologySpreadConstraints(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
  errors: FieldErrors,
): void {
  constraints?.forEach((constraint, index) => {
    const constraintPath = at(path, index);
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains, nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
    checkPositive(maxSkew, child(constraintPath, "maxSkew"), errors);
    if (!topologyKey) errors.required(child(constraintPath, "topologyKey"), "can not be empty");
    checkSupported(
      whenUnsatisfiable,
      ["DoNotSchedule", "ScheduleAnyway"],
      child(constraintPath, "whenUnsatisfiable"),
      errors,
    );
    const isRepeated = constraints
      .slice(index + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (isRepeated) {
      errors.duplicate(
        child(constraintPath, "{topologyKey, whenUnsatisfiable}"),
        `{${topologyKey}, ${whenUnsatisfiable}}`,
      );
    }
    if (minDomains !== undefined) {
      validateMinDomains(minDomains, whenUnsatisfiable, child(constraintPath, "minDomains"), errors);
    }
    checkPolicy(nodeAffinityPolicy, child(constraintPath, "nodeAffinityPolicy"), errors);
    checkPolicy(nodeTaintsPolicy, child(constraintPath, "nodeTaintsPolicy"), errors);
    validateMatchLabelKeys(constraint, constraintPath, errors);
    validateLabelSelector(constraint.labelSelector, child(constraintPath, "labelSelector"), errors);
  });
}

function validateMinDomains(minDomains: number, action: string, path: string, errors: FieldErrors): void {
  checkPositive(minDomains, path, errors);
  if (action === "DoNotSchedule") return;
  errors.invalid(path, minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`);
}

function checkPolicy(policy: string | undefined, path: string, errors: FieldErrors): void {
  if (policy !== undefined) checkSupported(policy, INCLUSION_POLICIES, path, errors);
}
