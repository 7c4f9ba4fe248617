/** What validating and mutating admission policies have in common (pkg/apis/admissionregistration/validation). */
import type { PolicyEnvironments } from "../../cel/policy-expressions.ts";
import { checkSupported } from "../../field-checks.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import { dns1035LabelProblems, dnsSubdomainProblems, pathSegmentProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type {
  MutatingAdmissionPolicyBindingSpec,
  MutatingAdmissionPolicySpec,
  ParamKind,
  ParamRef,
  Variable,
} from "../../types/admissionregistration-v1.ts";
import { FAILURE_POLICIES, validateMatchResources } from "./admission-rules-validation.ts";
import { validateMatchConditions } from "./match-conditions-validation.ts";

type PolicyFrame = Pick<
  MutatingAdmissionPolicySpec,
  "failurePolicy" | "paramKind" | "matchConstraints" | "matchConditions"
>;
type BindingFrame = MutatingAdmissionPolicyBindingSpec;

/** All but their variables and what they do. */
export function validatePolicyFrame(spec: PolicyFrame, old: PolicyFrame | undefined, errors: FieldErrors): void {
  const { failurePolicy, paramKind, matchConstraints, matchConditions = [] } = spec;
  if (failurePolicy === undefined) errors.required("spec.failurePolicy", "");
  else checkSupported(failurePolicy, FAILURE_POLICIES, "spec.failurePolicy", errors);
  if (paramKind) validateParamKind(paramKind, "spec.paramKind", errors);
  if (!matchConstraints) {
    errors.required("spec.matchConstraints", "");
  } else {
    validateMatchResources(matchConstraints, "spec.matchConstraints", errors);
    if ((matchConstraints.resourceRules ?? []).length === 0) errors.required("spec.matchConstraints.resourceRules", "");
  }
  const isKnown = old !== undefined && semanticEqual(matchConditions, old.matchConditions ?? []);
  if (!isKnown) validateMatchConditions(matchConditions, paramKind !== undefined, "spec.matchConditions", errors);
}

function validateParamKind({ apiVersion = "", kind = "" }: ParamKind, path: string, errors: FieldErrors): void {
  if (apiVersion === "") {
    errors.required(`${path}.apiVersion`, "");
  } else {
    const [version = "", group = "", ...rest] = apiVersion.split("/").toReversed();
    if (rest.length > 0) {
      errors.invalid(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
    } else {
      const groupProblems = group === "" ? [] : dnsSubdomainProblems(group);
      if (groupProblems.length > 0) errors.invalid(`${path}.apiVersion`, group, groupProblems.join(","));
      const versionProblems = dns1035LabelProblems(version);
      if (version === "") errors.invalid(`${path}.apiVersion`, apiVersion, "version must be specified");
      else if (versionProblems.length > 0) errors.invalid(`${path}.apiVersion`, version, versionProblems.join(","));
    }
  }
  const problems = dns1035LabelProblems(kind.toLowerCase());
  if (kind === "") errors.required(`${path}.kind`, "");
  else if (problems.length > 0) {
    errors.invalid(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${problems.join(",")}`);
  }
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const RESERVED: ReadonlySet<string> = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

export function validateVariables(
  variables: readonly Variable[],
  { variables: compiled }: PolicyEnvironments,
  errors: FieldErrors,
): void {
  variables.forEach(({ name, expression }, index) => {
    const path = at("spec.variables", index);
    if (name.trim() === "") errors.required(`${path}.name`, "name is not specified");
    else if (!IDENTIFIER.test(name) || RESERVED.has(name)) {
      errors.invalid(`${path}.name`, name, "must be a valid CEL identifier");
    }
    const problem = compiled[index]?.compilation.problem;
    if (expression.trim() === "") errors.required(`${path}.expression`, "expression is not specified");
    else if (problem !== undefined) errors.invalid(`${path}.expression`, expression, problem);
  });
}

/** The same for their bindings. */
export function validateBindingFrame(
  { policyName = "", paramRef, matchResources }: BindingFrame,
  errors: FieldErrors,
): void {
  if (policyName === "") errors.required("spec.policyName", "");
  else for (const problem of dnsSubdomainProblems(policyName)) errors.invalid("spec.policyName", policyName, problem);
  validateParamRef(paramRef, "spec.paramRef", errors);
  validateMatchResources(matchResources, "spec.matchResources", errors);
}

function validateParamRef(ref: ParamRef | undefined, path: string, errors: FieldErrors): void {
  if (!ref) return;
  const { name = "", selector, parameterNotFoundAction: action = "" } = ref;
  const exclusive = "name and selector are mutually exclusive";
  if (name !== "") {
    for (const problem of pathSegmentProblems(name)) errors.invalid(`${path}.name`, name, problem);
    if (selector) errors.forbidden(`${path}.name`, exclusive);
  }
  if (selector) {
    validateLabelSelector(selector, `${path}.selector`, errors);
    if (name !== "") errors.forbidden(`${path}.selector`, exclusive);
  }
  if (name === "" && !selector) errors.required(path, "one of name or selector must be specified");
  if (action === "") errors.required(`${path}.parameterNotFoundAction`, "");
  else checkSupported(action, ["Deny", "Allow"], `${path}.parameterNotFoundAction`, errors);
}
