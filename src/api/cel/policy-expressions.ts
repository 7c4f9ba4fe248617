/** The expressions of admission policies, compiled: variables first, each may speak of those before it. */
import type { CelEnvironment } from "../../lib/cel/environment.ts";
import { BOOL, type CelType, DYN, NULL, STRING } from "../../lib/cel/types.ts";
import type { MatchCondition, Variable } from "../types/admissionregistration-v1.ts";
import { admissionEnvironment, compileTyped, withoutVariables } from "./admission-expressions.ts";
import { compileExpression } from "./environment.ts";
import type { CompiledExpression } from "./evaluation.ts";

/** What validations and mutations of a policy are compiled in. */
export interface PolicyEnvironments {
  readonly expressions: CelEnvironment;
  /** Of messages, which may not ask the authorizer. */
  readonly messages: CelEnvironment;
  readonly conditions: CelEnvironment;
  /** In the order of the list. */
  readonly variables: readonly CompiledExpression[];
  readonly byName: ReadonlyMap<string, CompiledExpression>;
}

export function policyEnvironments(variables: readonly Variable[], hasParams: boolean): PolicyEnvironments {
  const types = new Map<string, CelType>();
  const byName = new Map<string, CompiledExpression>();
  const compiled = variables.map(({ name, expression }) => {
    const result = compiledVariable(expression, types, hasParams);
    types.set(name, result.compilation.program?.resultType ?? DYN);
    byName.set(name, result);
    return result;
  });
  return {
    expressions: admissionEnvironment({ hasParams, hasAuthorizer: true }, types),
    messages: admissionEnvironment({ hasParams, hasAuthorizer: false }, types),
    conditions: withoutVariables(admissionEnvironment({ hasParams, hasAuthorizer: true })),
    variables: compiled,
    byName,
  };
}

function compiledVariable(
  expression: string,
  types: ReadonlyMap<string, CelType>,
  hasParams: boolean,
): CompiledExpression {
  const environment = admissionEnvironment({ hasParams, hasAuthorizer: true }, types);
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

export const compiledAnnotation = (expression: string, { expressions }: PolicyEnvironments): CompiledExpression => ({
  expression,
  compilation: compileTyped(expression.trim(), expressions, [STRING, NULL]),
});
