import { checkSupported } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import type { Container, ContainerRestartRule } from "../../../types/core-v1.ts";

const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;

/** When one container restarts in a way of its own. */
export function validateContainerRestart(container: Container, path: string, errors: FieldErrors): void {
  const { restartPolicy, restartPolicyRules = [] } = container;
  const policyPath = child(path, "restartPolicy");
  if (restartPolicy !== undefined) {
    checkSupported(restartPolicy, ["Always", "Never", "OnFailure"], policyPath, errors);
  } else if (restartPolicyRules.length > 0) {
    errors.required(policyPath, "must specify restartPolicy when restart rules are used");
  }
  const rulesPath = child(path, "restartPolicyRules");
  if (restartPolicyRules.length > MAX_RULES) errors.tooMany(rulesPath, restartPolicyRules.length, MAX_RULES);
  restartPolicyRules.forEach((rule, index) => validateRule(rule, at(rulesPath, index), errors));
}

function validateRule({ action, exitCodes }: ContainerRestartRule, path: string, errors: FieldErrors): void {
  checkSupported(action, ["Restart", "RestartAllContainers"], child(path, "action"), errors);
  const codesPath = child(path, "exitCodes");
  if (!exitCodes) return errors.required(codesPath, "must be specified");
  checkSupported(exitCodes.operator, ["In", "NotIn"], child(codesPath, "operator"), errors);
  const count = exitCodes.values?.length ?? 0;
  if (count > MAX_EXIT_CODES) errors.tooMany(child(codesPath, "values"), count, MAX_EXIT_CODES);
}
