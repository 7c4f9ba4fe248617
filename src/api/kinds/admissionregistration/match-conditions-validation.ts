import { BOOL } from "../../../lib/cel/types.ts";
import { admissionEnvironment, compileTyped, withoutVariables } from "../../cel/admission-expressions.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import { labelKeyProblems } from "../../names.ts";
import type { MatchCondition } from "../../types/admissionregistration-v1.ts";

const MOST_CONDITIONS = 64;

/** Also compiles them. Policies with a kind of parameters may speak of `params`. */
export function validateMatchConditions(
  conditions: readonly MatchCondition[],
  hasParams: boolean,
  path: string,
  errors: FieldErrors,
): void {
  if (conditions.length > MOST_CONDITIONS) errors.tooMany(path, conditions.length, MOST_CONDITIONS);
  const environment = withoutVariables(admissionEnvironment({ hasParams, hasAuthorizer: true }));
  const seen = new Set<string>();
  conditions.forEach(({ name, expression }, index) => {
    const own = at(path, index);
    const trimmed = expression.trim();
    if (trimmed === "") {
      errors.required(`${own}.expression`, "");
    } else {
      const { problem } = compileTyped(trimmed, environment, [BOOL]);
      if (problem !== undefined) errors.invalid(`${own}.expression`, trimmed, problem);
    }
    if (name === "") errors.required(`${own}.name`, "");
    else for (const found of labelKeyProblems(name)) errors.invalid(`${own}.name`, name, found);
    if (name !== "" && seen.has(name)) errors.duplicate(`${own}.name`, name);
    seen.add(name);
  });
}
