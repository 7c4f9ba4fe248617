/**
 * The Common Expression Language: expressions are compiled once against declared variables and then evaluated on any number of
 * values. Follows cel-go in syntax, types, messages and costs, because users of Kubernetes see all four.
 */
import { type CheckedExpression, checkExpression } from "./checker.ts";
import { CostExceeded } from "./cost.ts";
import type { CelEnvironment } from "./environment.ts";
import { parseExpression } from "./parser.ts";
import { type Frame, planExpression } from "./plan.ts";
import { type CelIssue, formatIssues, locationAt } from "./source.ts";
import type { CelType } from "./types.ts";
import { CelError, type Value } from "./values.ts";

interface CelProgram {
  readonly resultType: CelType;
  /** For what looks into expressions: estimates of their costs, what they refer to. */
  readonly checked: CheckedExpression;
  evaluate(variables: (name: string) => Value | undefined, costLimit: number): Evaluation;
}

export type Compilation =
  | { readonly program: CelProgram; readonly problem?: undefined }
  | {
      readonly program?: undefined;
      /** All issues, as cel-go prints them. */
      readonly problem: string;
    };

/** The cost counts whether or not there is a value. */
type Evaluation =
  | { readonly value: Value; readonly error?: undefined; readonly cost: number }
  | { readonly value?: undefined; readonly error: string; readonly isCostExceeded: boolean; readonly cost: number };

/** Further checks of what the type checker accepted. */
export type Validator = (checked: CheckedExpression, report: (id: number, message: string) => void) => void;

export function compile(
  expression: string,
  environment: CelEnvironment,
  validators: readonly Validator[] = [],
): Compilation {
  const issues: CelIssue[] = [];
  const checked = checkedExpression(expression, environment, validators, issues);
  if (!checked || issues.length > 0) return { problem: formatIssues(expression, issues) };
  const step = planExpression(checked, environment);
  return {
    program: {
      resultType: checked.resultType,
      checked,
      evaluate(resolve, costLimit) {
        const frame: Frame = { resolve, locals: [], cost: 0, costLimit };
        try {
          return { value: step(frame), cost: frame.cost };
        } catch (error) {
          if (error instanceof CelError) return { error: error.message, isCostExceeded: false, cost: frame.cost };
          if (error instanceof CostExceeded) return { error: error.message, isCostExceeded: true, cost: frame.cost };
          throw error;
        }
      },
    },
  };
}

function checkedExpression(
  expression: string,
  environment: CelEnvironment,
  validators: readonly Validator[],
  issues: CelIssue[],
): CheckedExpression | undefined {
  const parsed = parseExpression(expression, environment.macros, issues);
  if (!parsed) return undefined;
  const checked = checkExpression(expression, parsed, environment, issues);
  if (issues.length > 0) return undefined;
  for (const validate of validators) {
    validate(checked, (id, message) => {
      issues.push({ location: locationAt(expression, parsed.offsets.get(id) ?? 0), message });
    });
  }
  return checked;
}
