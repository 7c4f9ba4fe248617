/** What a ValidatingAdmissionPolicy says about one request (apiserver/pkg/admission/plugin/policy/validating). */
import { MATCH_CONDITIONS_BUDGET, TOTAL_BUDGET } from "../../api/cel/environment.ts";
import {
  type CompiledExpression,
  matchConditions,
  OutOfBudget,
  Review,
  type ReviewedRequest,
} from "../../api/cel/evaluation.ts";
import {
  compiledAnnotation,
  compiledCondition,
  compiledMessage,
  compiledValidation,
  policyEnvironments,
} from "../../api/cel/policy-expressions.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicySpec,
  Validation,
} from "../../api/types/admissionregistration-v1.ts";
import { matchRules, type MatchRules } from "../admission/matching.ts";

const MOST_MESSAGE_BYTES = 5 * 1024;

/** Why a request is refused. */
export interface Denial {
  readonly message: string;
  readonly reason: string;
}

interface CompiledValidation {
  readonly validation: Validation;
  readonly expression: CompiledExpression;
  readonly message: CompiledExpression | undefined;
}

/** A policy with all that is compiled of it. */
export interface ValidationPolicy {
  readonly name: string;
  readonly spec: ValidatingAdmissionPolicySpec;
  readonly match: MatchRules;
  readonly conditions: readonly CompiledExpression[];
  readonly variables: ReadonlyMap<string, CompiledExpression>;
  readonly validations: readonly CompiledValidation[];
  readonly annotations: readonly CompiledExpression[];
}

export function validationPolicy(object: KubeObject): ValidationPolicy {
  // The resource holds policies.
  const { metadata, spec = {} } = object as ValidatingAdmissionPolicy;
  const { matchConstraints = {}, validations = [], auditAnnotations = [] } = spec;
  const environments = policyEnvironments(spec.variables ?? [], spec.paramKind !== undefined);
  return {
    name: metadata.name ?? "",
    spec,
    match: matchRules({
      ...matchConstraints,
      rules: matchConstraints.resourceRules,
      excluded: matchConstraints.excludeResourceRules,
    }),
    conditions: (spec.matchConditions ?? []).map((condition) => compiledCondition(condition, environments)),
    variables: environments.byName,
    validations: validations.map((validation) => ({
      validation,
      expression: compiledValidation(validation.expression, environments),
      message: validation.messageExpression ? compiledMessage(validation.messageExpression, environments) : undefined,
    })),
    annotations: auditAnnotations.map(({ valueExpression }) => compiledAnnotation(valueExpression, environments)),
  };
}

/** `denials` are of validations, on which a binding acts as it says; `errors` always refuse. */
export interface PolicyVerdict {
  readonly denials: readonly Denial[];
  readonly errors: readonly Denial[];
}

export function policyVerdict(policy: ValidationPolicy, reviewed: ReviewedRequest): PolicyVerdict {
  const failure = (message: string): readonly Denial[] =>
    policy.spec.failurePolicy === "Ignore" ? [] : [{ message, reason: "Invalid" }];
  if (policy.conditions.length > 0) {
    const review = new Review(reviewed, new Map(), MATCH_CONDITIONS_BUDGET);
    const { isMatch, error } = matchConditions(policy.conditions, review);
    if (error !== undefined) return { denials: failure(error), errors: [] };
    if (!isMatch) return { denials: [], errors: [] };
  }
  try {
    const review = new Review(reviewed, policy.variables, TOTAL_BUDGET);
    const denials = policy.validations.flatMap((validation) => denialsOf(validation, review, failure));
    const annotating = new Review(reviewed, policy.variables, TOTAL_BUDGET);
    const errors = policy.annotations.flatMap((annotation) => {
      const { error } = annotating.evaluate(annotation);
      return error === undefined ? [] : failure(error);
    });
    return { denials, errors };
  } catch (error) {
    if (error instanceof OutOfBudget) return { denials: failure(error.message), errors: [] };
    throw error;
  }
}

function denialsOf(
  { validation, expression, message }: CompiledValidation,
  review: Review,
  failure: (message: string) => readonly Denial[],
): readonly Denial[] {
  const { value, error } = review.evaluate(expression);
  if (error !== undefined) return failure(error);
  if (value === true) return [];
  try {
    const text =
      (message && messageOf(message, review)) ||
      validation.message?.trim() ||
      `failed expression: ${validation.expression.trim()}`;
    return [{ message: text, reason: validation.reason ?? "Invalid" }];
  } catch (problem) {
    if (problem instanceof OutOfBudget) return failure(`failed messageExpression: ${problem.message}`);
    throw problem;
  }
}

/** Empty where it is of no use. */
function messageOf(expression: CompiledExpression, review: Review): string {
  const { value } = review.evaluate(expression);
  const text = typeof value === "string" ? value.trim() : "";
  return text.includes("\n") || Buffer.byteLength(text) > MOST_MESSAGE_BYTES ? "" : text;
}
