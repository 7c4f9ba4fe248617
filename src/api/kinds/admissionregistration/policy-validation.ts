/** Admission policies and their bindings (pkg/apis/admissionregistration/validation). */
import {
  compiledAnnotation,
  compiledMessage,
  compiledValidation,
  type PolicyEnvironments,
  policyEnvironments,
} from "../../cel/policy-expressions.ts";
import { checkSupported } from "../../field-checks.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import { dns1035LabelProblems, dnsSubdomainProblems, labelKeyProblems, pathSegmentProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type {
  AuditAnnotation,
  ParamKind,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicyBindingSpec,
  ValidatingAdmissionPolicySpec,
  Validation,
  Variable,
} from "../../types/admissionregistration-v1.ts";
import { FAILURE_POLICIES, validateMatchResources } from "./admission-rules-validation.ts";
import { validateMatchConditions } from "./match-conditions-validation.ts";

const REASONS = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];
const ACTIONS = ["Audit", "Deny", "Warn"];
const MOST_ANNOTATIONS = 20;
const MOST_ANNOTATION_BYTES = 5 * 1024;
const NOTHING_TO_DO = "validations or auditAnnotations must contain at least one item";

export function validateValidatingPolicy(
  { metadata, spec = {} }: ValidatingAdmissionPolicy,
  errors: FieldErrors,
  old: ValidatingAdmissionPolicy | undefined,
): void {
  validatePolicyFrame(spec, old?.spec, errors);
  const environments = policyEnvironments(spec.variables ?? [], spec.paramKind !== undefined);
  validateVariables(spec.variables ?? [], environments, errors);
  const { validations = [], auditAnnotations = [] } = spec;
  if (validations.length === 0 && auditAnnotations.length === 0) {
    errors.required("spec.validations", NOTHING_TO_DO);
    errors.required("spec.auditAnnotations", NOTHING_TO_DO);
    return;
  }
  validations.forEach((validation, index) =>
    validateValidation(validation, environments, at("spec.validations", index), errors),
  );
  validateAnnotations(metadata.name ?? "", auditAnnotations, environments, errors);
}

/** What validating and mutating policies have in common, but for their variables. */
function validatePolicyFrame(
  spec: ValidatingAdmissionPolicySpec,
  old: ValidatingAdmissionPolicySpec | undefined,
  errors: FieldErrors,
): void {
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

function validateVariables(
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

function validateValidation(
  { expression, message = "", messageExpression = "", reason }: Validation,
  environments: PolicyEnvironments,
  path: string,
  errors: FieldErrors,
): void {
  if (expression.trim() === "") {
    errors.required(`${path}.expression`, "expression is not specified");
  } else {
    const { problem } = compiledValidation(expression, environments).compilation;
    if (problem !== undefined) errors.invalid(`${path}.expression`, expression, problem);
  }
  if (messageExpression !== "" && messageExpression.trim() === "") {
    errors.invalid(`${path}.messageExpression`, messageExpression, "must be non-empty if specified");
  } else if (messageExpression !== "") {
    const { problem } = compiledMessage(messageExpression, environments).compilation;
    if (problem !== undefined) errors.invalid(`${path}.messageExpression`, messageExpression, problem);
  }
  if (message !== "" && message.trim() === "") {
    errors.invalid(`${path}.message`, message, "must be non-empty if specified");
  } else if (/[\n\r]/.test(message.trim())) {
    errors.invalid(`${path}.message`, message, "must not contain line breaks");
  }
  if (reason !== undefined) checkSupported(reason, REASONS, `${path}.reason`, errors);
}

function validateAnnotations(
  name: string,
  annotations: readonly AuditAnnotation[],
  environments: PolicyEnvironments,
  errors: FieldErrors,
): void {
  if (annotations.length > MOST_ANNOTATIONS) {
    const problem = `must not have more than ${MOST_ANNOTATIONS} auditAnnotations`;
    errors.invalid("spec.auditAnnotations", annotations, problem);
  }
  const seen = new Set<string>();
  annotations.forEach(({ key, valueExpression }, index) => {
    const path = at("spec.auditAnnotations", index);
    const full = `${name}/${key}`;
    if (name === "") errors.invalid(`${path}.key`, key, "requires metadata.name be non-empty");
    else for (const problem of labelKeyProblems(full)) errors.invalid(`${path}.key`, full, problem);
    validateAnnotationValue(valueExpression, environments, `${path}.valueExpression`, errors);
    if (seen.has(key)) errors.duplicate(`${path}.key`, key);
    seen.add(key);
  });
}

function validateAnnotationValue(
  expression: string,
  environments: PolicyEnvironments,
  path: string,
  errors: FieldErrors,
): void {
  if (expression.trim() === "") return errors.required(path, "valueExpression is not specified");
  if (Buffer.byteLength(expression.trim()) > MOST_ANNOTATION_BYTES) {
    return errors.required(path, `must not exceed ${MOST_ANNOTATION_BYTES} bytes in length`);
  }
  const { problem } = compiledAnnotation(expression, environments).compilation;
  return problem === undefined ? undefined : errors.invalid(path, expression, problem);
}

export function validateValidatingBinding({ spec }: ValidatingAdmissionPolicyBinding, errors: FieldErrors): void {
  // What a client left out is not there yet.
  const given: Partial<ValidatingAdmissionPolicyBindingSpec> = spec;
  const { policyName = "", paramRef, matchResources, validationActions = [] } = given;
  if (policyName === "") errors.required("spec.policyName", "");
  else for (const problem of dnsSubdomainProblems(policyName)) errors.invalid("spec.policyName", policyName, problem);
  validateParamRef(paramRef, "spec.paramRef", errors);
  validateMatchResources(matchResources, "spec.matchResources", errors);
  validateActions(validationActions, "spec.validationActions", errors);
}

function validateActions(actions: readonly string[], path: string, errors: FieldErrors): void {
  const seen = new Set<string>();
  actions.forEach((action, index) => {
    checkSupported(action, ACTIONS, at(path, index), errors);
    if (seen.has(action)) errors.duplicate(at(path, index), action);
    seen.add(action);
  });
  if (seen.has("Deny") && seen.has("Warn")) {
    errors.invalid(
      path,
      actions,
      "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
    );
  }
  if (seen.size === 0) errors.required(path, "at least one validation action is required");
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
