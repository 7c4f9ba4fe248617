/** Validating admission policies and their bindings (pkg/apis/admissionregistration/validation). */
import {
  compiledAnnotation,
  compiledMessage,
  compiledValidation,
  type PolicyEnvironments,
  policyEnvironments,
} from "../../cel/policy-expressions.ts";
import { checkSupported } from "../../field-checks.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import { labelKeyProblems } from "../../names.ts";
import type {
  AuditAnnotation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicyBindingSpec,
  Validation,
} from "../../types/admissionregistration-v1.ts";
import { validateBindingFrame, validatePolicyFrame, validateVariables } from "./policy-frame-validation.ts";

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
  validateBindingFrame(given, errors);
  validateActions(given.validationActions ?? [], "spec.validationActions", errors);
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
