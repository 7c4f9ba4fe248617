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
  readonly annotations: readonly { readonly key: string; readonly expression: CompiledExpression }[];
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
    annotations: auditAnnotations.map(({ key, valueExpression }) => ({
      key,
      expression: compiledAnnotation(valueExpression, environments),
    })),
  };
}

/** Of the validation with this number. */
interface ValidationDenial extends Denial {
  readonly index: number;
}

/** `denials` are of validations, on which a binding acts as it says; `errors` always refuse. */
export interface PolicyVerdict {
  readonly denials: readonly ValidationDenial[];
  readonly errors: readonly Denial[];
  /** For the audit log. */
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
}

export function policyVerdict(policy: ValidationPolicy, reviewed: ReviewedRequest): PolicyVerdict {
  const failure = (message: string): readonly Denial[] =>
    policy.spec.failurePolicy === "Ignore" ? [] : [{ message, reason: "Invalid" }];
  if (policy.conditions.length > 0) {
    const review = new Review(reviewed, new Map(), MATCH_CONDITIONS_BUDGET);
    const { isMatch, error } = matchConditions(policy.conditions, review);
    if (error !== undefined) return verdictOf(failure(error));
    if (!isMatch) return verdictOf([]);
  }
  try {
    const review = new Review(reviewed, policy.variables, TOTAL_BUDGET);
    const denials = policy.validations.flatMap((validation, index) =>
      denialsOf(validation, review, failure).map((denial) => ({ ...denial, index })),
    );
    const annotating = new Review(reviewed, policy.variables, TOTAL_BUDGET);
    const results = policy.annotations.map(({ key, expression }) => ({ key, ...annotating.evaluate(expression) }));
    return {
      denials,
      errors: results.flatMap(({ error }) => (error === undefined ? [] : failure(error))),
      annotations: results.flatMap(({ key, value }) =>
        typeof value === "string" && value.trim() !== "" ? [{ key, value: value.trim() }] : [],
      ),
    };
  } catch (error) {
    if (error instanceof OutOfBudget) return verdictOf(failure(error.message));
    throw error;
  }
}

const verdictOf = (denials: readonly Denial[]): PolicyVerdict => ({
  denials: denials.map((denial) => ({ ...denial, index: 0 })),
  errors: [],
  annotations: [],
});

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
