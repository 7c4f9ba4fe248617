import { compiledRules, type CompiledRule } from "../../custom-resources/rules.ts";
import { itemsOf, valuesOf } from "../../custom-resources/structural.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import type { JSONSchemaProps } from "../../types/apiextensions-v1.ts";

interface Place {
  readonly isRoot: boolean;
  /** Set below lists whose items cannot be told from one another: there is no old value to compare with. */
  readonly uncorrelatable: string | undefined;
}

/** Whether the expressions of rules compile. Only worth asking for a schema that has nothing else wrong with it. */
export function validateExpressions(schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  visit(schema, path, { isRoot: true, uncorrelatable: undefined }, errors);
}

function visit(schema: JSONSchemaProps, path: string, place: Place, errors: FieldErrors): void {
  for (const [index, rule] of compiledRules(schema, place.isRoot).entries()) {
    validateRule(rule, at(child(path, "x-kubernetes-validations"), index), place, errors);
  }
  const inner = { ...place, isRoot: false };
  const values = valuesOf(schema);
  if (values) visit(values, child(path, "additionalProperties"), inner, errors);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    visit(property, at(child(path, "properties"), key), inner, errors);
  }
  const items = itemsOf(schema);
  if (!items) return;
  const isKeyed = schema["x-kubernetes-list-type"] === "map";
  const uncorrelatable = place.uncorrelatable ?? (isKeyed ? undefined : path);
  visit(items, child(path, "items"), { isRoot: false, uncorrelatable }, errors);
}

function validateRule(compiled: CompiledRule, path: string, place: Place, errors: FieldErrors): void {
  const { rule, problem, messageProblem, usesOldSelf } = compiled;
  if (problem !== undefined) errors.invalid(child(path, "rule"), rule, problem);
  if (messageProblem !== undefined) errors.invalid(child(path, "messageExpression"), rule, messageProblem);
  if (problem !== undefined) return;
  if (usesOldSelf && place.uncorrelatable !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable}`;
    errors.invalid(child(path, "rule"), rule.rule, detail);
  }
  if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
    const detail = "may not be set if oldSelf is not used in rule";
    errors.invalid(child(path, "optionalOldSelf"), rule.optionalOldSelf, detail);
  }
}
