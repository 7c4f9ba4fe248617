/** Literals that cannot be what a function wants of them are refused when an expression is compiled (cel-go's cel/validator.go). */
import type { Expr } from "../../lib/cel/ast.ts";
import type { Validator } from "../../lib/cel/program.ts";
import { compilePattern } from "../../lib/cel/regular-expression.ts";
import { parseDuration, parseTimestamp } from "../../lib/cel/time-text.ts";
import { CelError } from "../../lib/cel/values.ts";

export const validateLiterals: Validator = (checked, report) => {
  visit(checked.root, (expr) => {
    if (expr.kind !== "call") return;
    const argument = expr.args.at(-1);
    if (argument?.kind !== "literal" || typeof argument.value !== "string") return;
    if (!expr.target && expr.args.length === 1) {
      if (expr.function === "duration" && !parseDuration(argument.value))
        report(argument.id, "invalid duration argument");
      if (expr.function === "timestamp" && !parseTimestamp(argument.value)) {
        report(argument.id, "invalid timestamp argument");
      }
    }
    if (expr.function === "matches" && !isPattern(argument.value)) report(argument.id, "invalid matches argument");
  });
};

function isPattern(pattern: string): boolean {
  try {
    compilePattern(pattern);
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}

function visit(expr: Expr, each: (expr: Expr) => void): void {
  each(expr);
  for (const child of childrenOf(expr)) visit(child, each);
}

/** The direct parts of an expression. */
function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "literal":
    case "ident":
      return [];
    case "select":
      return [expr.operand];
    case "call":
      return expr.target ? [expr.target, ...expr.args] : expr.args;
    case "list":
      return expr.elements.map(({ value }) => value);
    case "map":
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case "struct":
      return expr.fields.map(({ value }) => value);
    case "comprehension":
      return [expr.range, expr.initial, expr.condition, expr.step, expr.result];
  }
}
