/** Mutating admission policies and their bindings (pkg/apis/admissionregistration/validation). */
import { compiledMutation, type PolicyEnvironments, policyEnvironments } from "../../cel/policy-expressions.ts";
import { checkSupported } from "../../field-checks.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import type {
  MatchResources,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  Mutation,
} from "../../types/admissionregistration-v1.ts";
import { validateBindingFrame, validatePolicyFrame, validateVariables } from "./policy-frame-validation.ts";
import { REINVOCATION_POLICIES } from "./webhook-validation.ts";

/** A deletion has nothing that could be changed. */
const OPERATIONS = ["*", "CONNECT", "CREATE", "UPDATE"];

export function validateMutatingPolicy(
  { spec = {} }: MutatingAdmissionPolicy,
  errors: FieldErrors,
  old: MutatingAdmissionPolicy | undefined,
): void {
  validatePolicyFrame(spec, old?.spec, errors);
  validateOperations(spec.matchConstraints, "spec.matchConstraints", errors);
  const environments = policyEnvironments(spec.variables ?? [], spec.paramKind !== undefined);
  validateVariables(spec.variables ?? [], environments, errors);
  const { mutations = [], reinvocationPolicy = "" } = spec;
  if (mutations.length === 0) errors.required("spec.mutations", "mutations must contain at least one item");
  mutations.forEach((mutation, index) => validateMutation(mutation, environments, at("spec.mutations", index), errors));
  if (reinvocationPolicy === "") errors.required("spec.reinvocationPolicy", "");
  else checkSupported(reinvocationPolicy, REINVOCATION_POLICIES, "spec.reinvocationPolicy", errors);
}

export function validateMutatingBinding({ spec = {} }: MutatingAdmissionPolicyBinding, errors: FieldErrors): void {
  validateBindingFrame(spec, errors);
  validateOperations(spec.matchResources, "spec.matchResources", errors);
}

function validateOperations(match: MatchResources | undefined, path: string, errors: FieldErrors): void {
  for (const { operations = [] } of match?.resourceRules ?? []) {
    for (const operation of operations)
      checkSupported(operation, OPERATIONS, `${path}.resourceRules.operations`, errors);
  }
}

function validateMutation(
  mutation: Mutation,
  environments: PolicyEnvironments,
  path: string,
  errors: FieldErrors,
): void {
  const { patchType, jsonPatch, applyConfiguration } = mutation;
  switch (patchType) {
    case "":
      return errors.required(`${path}.patchType`, "");
    case "JSONPatch":
      if (applyConfiguration) {
        const problem = "must not be specified when patchType is JSONPatch";
        errors.invalid(`${path}.applyConfiguration`, "{applyConfiguration}", problem);
      }
      if (jsonPatch) return validateExpression(jsonPatch, patchType, environments, `${path}.jsonPatch`, errors);
      return errors.required(`${path}.jsonPatch`, "must be specified when patchType is JSONPatch");
    case "ApplyConfiguration":
      if (jsonPatch) {
        errors.invalid(
          `${path}.jsonPatch`,
          "{jsonPatch}",
          "must not be specified when patchType is ApplyConfiguration",
        );
      }
      if (applyConfiguration) {
        return validateExpression(applyConfiguration, patchType, environments, `${path}.applyConfiguration`, errors);
      }
      return errors.required(`${path}.applyConfiguration`, "must be specified when patchType is ApplyConfiguration");
    default:
      return errors.notSupported(`${path}.patchType`, patchType, ["ApplyConfiguration", "JSONPatch"]);
  }
}

function validateExpression(
  { expression = "" }: { readonly expression?: string | undefined },
  patchType: string,
  environments: PolicyEnvironments,
  path: string,
  errors: FieldErrors,
): void {
  if (expression.trim() === "") return errors.required(`${path}.expression`, "");
  const { problem } = compiledMutation(expression, patchType, environments).compilation;
  return problem === undefined ? undefined : errors.invalid(`${path}.expression`, expression.trim(), problem);
}
