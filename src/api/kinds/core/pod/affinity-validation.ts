import { checkDnsLabel, checkDnsSubdomain, checkLabelKey } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { validateLabelSelector } from "../../../label-selector.ts";
import { labelValueProblems } from "../../../names.ts";
import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from "../../../types/core-v1.ts";
import { validateMatchLabelKeys } from "./match-label-keys-validation.ts";

export function validateAffinity(affinity: Affinity | undefined, path: string, errors: FieldErrors): void {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  if (nodeAffinity) validateNodeAffinity(nodeAffinity, child(path, "nodeAffinity"), errors);
  if (podAffinity) validatePodAffinity(podAffinity, child(path, "podAffinity"), errors);
  if (podAntiAffinity) validatePodAffinity(podAntiAffinity, child(path, "podAntiAffinity"), errors);
}

/** Where a pod must run. */
export function validateNodeSelector({ nodeSelectorTerms }: NodeSelector, path: string, errors: FieldErrors): void {
  const termsPath = child(path, "nodeSelectorTerms");
  if (!nodeSelectorTerms?.length) return errors.required(termsPath, "must have at least one node selector term");
  nodeSelectorTerms.forEach((term, index) => validateTerm(term, checkLabelValues, at(termsPath, index), errors));
}

export function validateNodeAffinity(affinity: NodeAffinity, path: string, errors: FieldErrors): void {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  if (required) validateNodeSelector(required, child(path, "requiredDuringSchedulingIgnoredDuringExecution"), errors);
  affinity.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ weight, preference }, index) => {
    const termPath = at(child(path, "preferredDuringSchedulingIgnoredDuringExecution"), index);
    validateWeight(weight, child(termPath, "weight"), errors);
    // Upstream lets any value stand in a preference.
    validateTerm(preference, () => {}, child(termPath, "preference"), errors);
  });
}

type CheckValues = (values: readonly string[], path: string, errors: FieldErrors) => void;

function validateTerm(term: NodeSelectorTerm, checkValues: CheckValues, path: string, errors: FieldErrors): void {
  term.matchExpressions?.forEach((requirement, index) => {
    const requirementPath = at(child(path, "matchExpressions"), index);
    validateOperator(requirement, requirementPath, errors);
    checkLabelKey(requirement.key, child(requirementPath, "key"), errors);
    checkValues(requirement.values ?? [], child(requirementPath, "values"), errors);
  });
  term.matchFields?.forEach((requirement, index) =>
    validateFieldRequirement(requirement, at(child(path, "matchFields"), index), errors),
  );
}

const checkLabelValues: CheckValues = (values, path, errors) =>
  values.forEach((value, index) => {
    for (const problem of labelValueProblems(value)) errors.invalid(at(path, index), value, problem);
  });

function validateOperator({ operator, values = [] }: NodeSelectorRequirement, path: string, errors: FieldErrors): void {
  const valuesPath = child(path, "values");
  switch (operator) {
    case "In":
    case "NotIn":
      if (values.length === 0) {
        errors.required(valuesPath, "must be specified when `operator` is 'In' or 'NotIn'");
      }
      return;
    case "Exists":
    case "DoesNotExist":
      if (values.length > 0) {
        errors.forbidden(valuesPath, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      }
      return;
    case "Gt":
    case "Lt":
      if (values.length !== 1) {
        errors.required(valuesPath, "must be specified single value when `operator` is 'Lt' or 'Gt'");
      }
      return;
    default:
      errors.invalid(child(path, "operator"), operator, "not a valid selector operator");
  }
}

/** Of fields, only the name of the node can be asked. */
function validateFieldRequirement(requirement: NodeSelectorRequirement, path: string, errors: FieldErrors): void {
  const { key, operator, values = [] } = requirement;
  if (operator !== "In" && operator !== "NotIn") {
    errors.invalid(child(path, "operator"), operator, "not a valid selector operator");
  } else if (values.length !== 1) {
    errors.required(
      child(path, "values"),
      "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
    );
  }
  if (key !== "metadata.name") return errors.invalid(child(path, "key"), key, "not a valid field selector key");
  values.forEach((value, index) => checkDnsSubdomain(value, at(child(path, "values"), index), errors));
}

function validatePodAffinity(affinity: PodAffinity, path: string, errors: FieldErrors): void {
  const requiredPath = child(path, "requiredDuringSchedulingIgnoredDuringExecution");
  const preferredPath = child(path, "preferredDuringSchedulingIgnoredDuringExecution");
  affinity.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term, index) =>
    validatePodAffinityTerm(term, at(requiredPath, index), errors),
  );
  affinity.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ weight, podAffinityTerm }, index) => {
    validateWeight(weight, child(at(preferredPath, index), "weight"), errors);
    validatePodAffinityTerm(podAffinityTerm, child(at(preferredPath, index), "podAffinityTerm"), errors);
  });
}

function validatePodAffinityTerm(term: PodAffinityTerm, path: string, errors: FieldErrors): void {
  validateLabelSelector(term.labelSelector, child(path, "labelSelector"), errors);
  validateLabelSelector(term.namespaceSelector, child(path, "namespaceSelector"), errors);
  for (const namespace of term.namespaces ?? []) checkDnsLabel(namespace, child(path, "namespace"), errors);
  validateMatchLabelKeys(term, path, errors);
  if (!term.topologyKey) errors.required(child(path, "topologyKey"), "can not be empty");
  checkLabelKey(term.topologyKey, child(path, "topologyKey"), errors);
}

function validateWeight(weight: number, path: string, errors: FieldErrors): void {
  if (weight <= 0 || weight > 100) errors.invalid(path, weight, "must be in the range 1-100");
}
