/** The expressions of admission policies, compiled: variables first, each may speak of those before it. */
import type { CelEnvironment } from "../../lib/cel/environment.ts";
import { BOOL, type CelType, DYN, listType, NULL, STRING } from "../../lib/cel/types.ts";
import type { MatchCondition, Variable } from "../types/admissionregistration-v1.ts";
import { admissionEnvironment, compileTyped, type KnownTypes, withoutVariables } from "./admission-expressions.ts";
import { compileExpression } from "./environment.ts";
import type { CompiledExpression } from "./evaluation.ts";
import { JSON_PATCH, OBJECT } from "./mutation-types.ts";

/** What validations and mutations of a policy are compiled in. */
export interface PolicyEnvironments {
  readonly expressions: CelEnvironment;
  /** Of messages, which may not ask the authorizer. */
  readonly messages: CelEnvironment;
  readonly conditions: CelEnvironment;
  /** Of expressions that make patches. */
  readonly mutations: CelEnvironment;
  /** In the order of the list. */
  readonly variables: readonly CompiledExpression[];
  readonly byName: ReadonlyMap<string, CompiledExpression>;
}

export function policyEnvironments(
  variables: readonly Variable[],
  hasParams: boolean,
  known: KnownTypes = {},
): PolicyEnvironments {
  const types = new Map<string, CelType>();
  const byName = new Map<string, CompiledExpression>();
  const compiled = variables.map(({ name, expression }) => {
    const result = compiledVariable(expression, types, hasParams, known);
    types.set(name, result.compilation.program?.resultType ?? DYN);
    byName.set(name, result);
    return result;
  });
  return {
    expressions: admissionEnvironment({ hasParams, hasAuthorizer: true }, types, known),
    messages: admissionEnvironment({ hasParams, hasAuthorizer: false }, types),
    mutations: admissionEnvironment({ hasParams, hasAuthorizer: true, isMutation: true }, types),
    conditions: withoutVariables(admissionEnvironment({ hasParams, hasAuthorizer: true })),
    variables: compiled,
    byName,
  };
}

function compiledVariable(
  expression: string,
  types: ReadonlyMap<string, CelType>,
  hasParams: boolean,
  known: KnownTypes,
): CompiledExpression {
  const environment = admissionEnvironment({ hasParams, hasAuthorizer: true }, types, known);
  const compilation = compileExpression(expression, environment);
  if (compilation.program) return { expression, compilation };
  return { expression, compilation: { problem: `compilation failed: ${compilation.problem}` } };
}

export const compiledCondition = (
  { expression }: Pick<MatchCondition, "expression">,
  { conditions }: PolicyEnvironments,
): CompiledExpression => ({ expression, compilation: compileTyped(expression.trim(), conditions, [BOOL]) });

export const compiledValidation = (expression: string, { expressions }: PolicyEnvironments): CompiledExpression => ({
  expression,
  compilation: compileTyped(expression, expressions, [BOOL]),
});

export const compiledMessage = (expression: string, { messages }: PolicyEnvironments): CompiledExpression => ({
  expression,
  compilation: compileTyped(expression, messages, [STRING]),
});

/** An object to merge into what is written, or a list of JSON patches of it. */
export const compiledMutation = (
  expression: string,
  patchType: string,
  { mutations }: PolicyEnvironments,
): CompiledExpression => ({
  expression,
  compilation: compileTyped(expression.trim(), mutations, [patchType === "JSONPatch" ? listType(JSON_PATCH) : OBJECT]),
});

export const compiledAnnotation = (expression: string, { expressions }: PolicyEnvironments): CompiledExpression => ({
  expression,
  compilation: compileTyped(expression.trim(), expressions, [STRING, NULL]),
});
