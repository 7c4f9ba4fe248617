import { checkLabelKey } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { labelValueProblems } from "../../names.ts";
import type { Toleration } from "../../types/core-v1.ts";

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function validateTolerations(
  tolerations: readonly Toleration[] | undefined,
  path: string,
  errors: FieldErrors,
): void {
  tolerations?.forEach((toleration, index) => {
    const tolerationPath = at(path, index);
    const { key = "", operator = "", effect = "", tolerationSeconds } = toleration;
    if (key !== "") checkLabelKey(key, child(tolerationPath, "key"), errors);
    if (key === "" && operator !== "Exists") {
      errors.invalid(
        child(tolerationPath, "operator"),
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      );
    }
    if (tolerationSeconds !== undefined && effect !== "NoExecute") {
      errors.invalid(
        child(tolerationPath, "effect"),
        effect,
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
      );
    }
    validateOperator(toleration, child(tolerationPath, "operator"), errors);
    if (effect !== "") validateTaintEffect(effect, child(tolerationPath, "effect"), errors);
  });
}

/** Also of taints. */
export function validateTaintEffect(effect: string, path: string, errors: FieldErrors): void {
  if (!EFFECTS.includes(effect)) errors.notSupportedInOrder(path, effect, EFFECTS);
}

function validateOperator({ operator = "", value = "" }: Toleration, path: string, errors: FieldErrors): void {
  switch (operator) {
    case "":
    case "Equal": {
      const problems = labelValueProblems(value);
      if (problems.length > 0) errors.invalid(path, value, problems.join(";"));
      return;
    }
    case "Exists":
      if (value !== "") errors.invalid(path, value, "value must be empty when `operator` is 'Exists'");
      return;
    // The feature TaintTolerationComparisonOperators is off in 1.36, but its message names them already.
    case "Lt":
    case "Gt":
      return errors.notSupportedInOrder(path, operator, ["Equal", "Exists", "Lt", "Gt"]);
    default:
      errors.notSupportedInOrder(path, operator, ["Equal", "Exists"]);
  }
}
