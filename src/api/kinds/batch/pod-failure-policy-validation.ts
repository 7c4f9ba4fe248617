import { checkFormat, checkUnique } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { labelKeyProblems } from "../../names.ts";
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement as OnExitCodes,
  PodFailurePolicyOnPodConditionsPattern as ConditionPattern,
  PodFailurePolicyRule,
} from "../../types/batch-v1.ts";

const MAX_RULES = 20;
const MAX_PATTERNS = 20;
const MAX_EXIT_CODES = 255;
const ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"];
const OPERATORS = ["In", "NotIn"];
const STATUSES = ["False", "True", "Unknown"];

export function validatePodFailurePolicy(spec: JobSpec, path: string, errors: FieldErrors): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  if (rules.length > MAX_RULES) errors.tooMany(path, rules.length, MAX_RULES);
  rules.forEach((rule, index) => validateRule(rule, spec, at(path, index), errors));
}

function validateRule(rule: PodFailurePolicyRule, spec: JobSpec, path: string, errors: FieldErrors): void {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  checkChoice(action, ACTIONS, child(path, "action"), errors);
  if (action === "FailIndex" && spec.backoffLimitPerIndex === undefined) {
    errors.invalid(child(path, "action"), action, "requires the backoffLimitPerIndex to be set");
  }
  const { containers, initContainers = [] } = spec.template.spec ?? { containers: [] };
  const names = [...(containers ?? []), ...initContainers].map(({ name }) => name);
  if (onExitCodes) validateExitCodes(onExitCodes, names, child(path, "onExitCodes"), errors);
  if (onPodConditions.length > 0) validatePatterns(onPodConditions, child(path, "onPodConditions"), errors);
  if (onExitCodes && onPodConditions.length > 0) {
    errors.invalidWhole(path, "specifying both OnExitCodes and OnPodConditions is not supported");
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    errors.invalidWhole(path, "specifying one of OnExitCodes and OnPodConditions is required");
  }
}

function validatePatterns(patterns: readonly ConditionPattern[], path: string, errors: FieldErrors): void {
  if (patterns.length > MAX_PATTERNS) errors.tooMany(path, patterns.length, MAX_PATTERNS);
  patterns.forEach(({ type, status }, index) => {
    const patternPath = at(path, index);
    checkFormat(type, labelKeyProblems(type), child(patternPath, "type"), errors);
    checkChoice(status, STATUSES, child(patternPath, "status"), errors);
  });
}

function validateExitCodes(
  { operator, containerName, values: given }: OnExitCodes,
  containerNames: readonly string[],
  path: string,
  errors: FieldErrors,
): void {
  const values = given ?? [];
  const valuesPath = child(path, "values");
  checkChoice(operator, OPERATORS, child(path, "operator"), errors);
  if (containerName !== undefined && !containerNames.includes(containerName)) {
    const detail = "must be one of the container or initContainer names in the pod template";
    errors.invalid(child(path, "containerName"), containerName, detail);
  }
  if (values.length === 0) errors.invalid(valuesPath, given, "at least one value is required");
  if (values.length > MAX_EXIT_CODES) errors.tooMany(valuesPath, values.length, MAX_EXIT_CODES);
  values.forEach((value, index) => {
    const detail = "must not be 0 for the In operator";
    if (operator === "In" && value === 0) errors.invalid(at(valuesPath, index), value, detail);
  });
  checkUnique(values, valuesPath, errors);
  if (values.some((value, index) => (values[index - 1] ?? value) > value)) {
    errors.invalid(valuesPath, values, "must be ordered");
  }
}

/** A choice whose absence is answered with the list of choices, as Go prints it. */
function checkChoice(value: string | undefined, choices: readonly string[], path: string, errors: FieldErrors): void {
  const list = choices.map((choice) => JSON.stringify(choice)).join(" ");
  if (!value) errors.required(path, `valid values: [${list}]`);
  else if (!choices.includes(value)) errors.notSupported(path, value, choices);
}
