import { CelError, Optional, type Value } from "../../lib/cel/values.ts";
import type { JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, ownValue } from "../../lib/json/json-value.ts";
import { PER_CALL_LIMIT, TOTAL_BUDGET } from "../cel/environment.ts";
import { type CelSchema, withTypeAndObjectMeta } from "../cel/schema-type.ts";
import { schemaValue } from "../cel/schema-value.ts";
import { at, child, type FieldErrors } from "../field-errors.ts";
import type { JSONSchemaProps, ValidationRule } from "../types/apiextensions-v1.ts";
import { type Correlated, correlatedItem, correlatedKey, isUnchanged } from "./correlation.ts";
import type { CompiledRule, Program, RuleTree } from "./rules.ts";

/** What all rules together may cost was spent. */
class OutOfBudget extends Error {
  override readonly name = "OutOfBudget";
}

/**
 * Evaluates the rules of a schema on a value, with `old` what it replaces. What rules find in parts that did not change is left
 * out, unless they compare with the old value (apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go).
 */
export function validateRules(
  value: JsonValue,
  old: JsonValue | undefined,
  tree: RuleTree,
  path: string,
  errors: FieldErrors,
): void {
  const whole = old === undefined ? undefined : { value, old, schema: tree.schema };
  try {
    new Evaluation(errors).visit(tree, value, old, path, { current: whole, parent: undefined });
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
  }
}

/** What is known to correspond to an older value: this place, or the nearest around it. */
interface Correlation {
  readonly current: Correlated | undefined;
  readonly parent: Correlated | undefined;
}

class Evaluation {
  readonly #errors: FieldErrors;
  #budget = TOTAL_BUDGET;

  constructor(errors: FieldErrors) {
    this.#errors = errors;
  }

  visit(tree: RuleTree, value: JsonValue, old: JsonValue | undefined, path: string, correlation: Correlation): void {
    if (value === null) return;
    if (tree.rules.length > 0) this.#evaluate(tree, value, old, path, correlation);
    if (Array.isArray(value)) this.#visitItems(tree, value, old, path, correlation);
    else if (isJsonObject(value)) this.#visitFields(tree, value, old, path, correlation);
  }

  #visitItems(
    { items, schema }: RuleTree,
    value: readonly JsonValue[],
    old: JsonValue | undefined,
    path: string,
    correlation: Correlation,
  ): void {
    if (!items) return;
    for (const [index, item] of value.entries()) {
      const whole = old === undefined ? undefined : { value: [...value], old, schema };
      const oldItem = correlatedItem(whole, index)?.old;
      const next = correlation.current
        ? { current: correlatedItem(correlation.current, index), parent: correlation.current }
        : correlation;
      this.visit(items, item, oldItem, at(path, index), next);
    }
  }

  #visitFields(
    tree: RuleTree,
    value: Readonly<Record<string, JsonValue | undefined>>,
    old: JsonValue | undefined,
    path: string,
    correlation: Correlation,
  ): void {
    for (const [key, under] of Object.entries(value)) {
      const property = tree.properties.get(key);
      const next = property ?? tree.values;
      if (!next || under === undefined) continue;
      const oldUnder = isJsonObject(old) ? ownValue(old, key) : undefined;
      const step = correlation.current
        ? { current: correlatedKey(correlation.current, key), parent: correlation.current }
        : correlation;
      this.visit(next, under, oldUnder, property ? child(path, key) : at(path, key), step);
    }
  }

  #evaluate(
    { rules, schema, isRoot }: RuleTree,
    value: JsonValue,
    old: JsonValue | undefined,
    path: string,
    correlation: Correlation,
  ): void {
    // Structural schemas have the form that expressions know.
    const shape = (isRoot ? withTypeAndObjectMeta(schema as CelSchema) : schema) as CelSchema;
    const self = lazyValue(() => schemaValue(value, shape));
    const oldSelf = lazyValue(() => (old === undefined || old === null ? undefined : schemaValue(old, shape)));
    for (const rule of rules) {
      const { optionalOldSelf } = rule.rule;
      if (rule.usesOldSelf && (old === undefined || old === null) && !optionalOldSelf) continue;
      const resolve = (name: string): Value | undefined => {
        if (name === "self") return self();
        if (name !== "oldSelf") return undefined;
        return optionalOldSelf ? new Optional(oldSelf()) : oldSelf();
      };
      this.#apply(rule, resolve, value, { schema, path, correlation });
    }
  }

  #apply(
    { rule, program, problem, message, usesOldSelf, fieldPath }: CompiledRule,
    resolve: (name: string) => Value | undefined,
    value: JsonValue,
    { schema, path, correlation }: { schema: JSONSchemaProps; path: string; correlation: Correlation },
  ): void {
    const type = schema.type ?? "";
    const shown = path === "" ? NO_PATH : path;
    if (!program) {
      this.#errors.invalid(shown, type, `rule compile error: ${problem ?? ""}`);
      return;
    }
    const result = this.#run(program, resolve, shown, type);
    if (result.error !== undefined) {
      this.#errors.invalid(shown, type, evaluationProblem(result.error, rule));
      if (result.isCostExceeded) throw new OutOfBudget();
      return;
    }
    if (result.value === true) return;
    // What did not change may break rules that came later.
    if (!usesOldSelf && isUnchanged(correlation.current ?? correlation.parent)) return;
    const detail = this.#message(message, resolve, shown, type) ?? messageOf(rule);
    const target = fieldPath === "" ? shown : child(path, fieldPath);
    this.#report(rule, target, value, type, detail);
  }

  #report({ reason }: ValidationRule, path: string, value: JsonValue, type: string, detail: string): void {
    const isWhole = type === "object" || type === "array";
    switch (reason) {
      case "FieldValueForbidden":
        return this.#errors.forbidden(path, detail);
      case "FieldValueRequired":
        return this.#errors.required(path, detail);
      case "FieldValueDuplicate":
        return this.#errors.duplicate(path, isWhole ? undefined : value);
      default:
        if (isWhole) this.#errors.invalidWhole(path, detail);
        else this.#errors.invalid(path, value, detail);
    }
  }

  #run(program: Program, resolve: (name: string) => Value | undefined, path: string, type: string) {
    const result = program.evaluate(resolve, PER_CALL_LIMIT);
    if (result.cost > this.#budget) {
      const detail = "validation failed due to running out of cost budget, no further validation rules will be run";
      this.#errors.invalid(path, type, detail);
      throw new OutOfBudget();
    }
    this.#budget -= result.cost;
    return result;
  }

  /** Undefined: the expression gives nothing that could be shown, and the rule's own message has to do. */
  #message(
    program: Program | undefined,
    resolve: (name: string) => Value | undefined,
    path: string,
    type: string,
  ): string | undefined {
    if (!program) return undefined;
    const { value } = this.#run(program, resolve, path, type);
    if (typeof value !== "string") return undefined;
    const text = value.trim();
    const isFit = text !== "" && !text.includes("\n") && Buffer.byteLength(text) <= MAX_MESSAGE_BYTES;
    return isFit ? text : undefined;
  }
}

/** Go prints so where upstream has no path: of the object as a whole. */
const NO_PATH = "<nil>";
const MAX_MESSAGE_BYTES = 5 * 1024;

/** Made at most once for all rules; what cannot be made fails each of them. */
function lazyValue(make: () => Value | undefined): () => Value | undefined {
  let made: { readonly value: Value | undefined } | { readonly error: CelError } | undefined;
  return () => {
    made ??= attempt(make);
    if ("error" in made) throw made.error;
    return made.value;
  };
}

function attempt(make: () => Value | undefined) {
  try {
    return { value: make() };
  } catch (error) {
    if (error instanceof CelError) return { error };
    throw error;
  }
}

const ruleText = ({ rule, message }: ValidationRule): string => (message ? message.trim() : rule.trim());

const messageOf = (rule: ValidationRule): string =>
  rule.message ? rule.message.trim() : `failed rule: ${ruleText(rule)}`;

function evaluationProblem(error: string, rule: ValidationRule): string {
  const text = ruleText(rule);
  if (error.startsWith("no such overload")) {
    return `'${error}': call arguments did not match a supported operator, function or macro signature for rule: ${text}`;
  }
  if (error.startsWith("operation cancelled: actual cost limit exceeded")) {
    return `'${error}': no further validation rules will be run due to call cost exceeds limit for rule: ${text}`;
  }
  return `${error} evaluating rule: ${text}`;
}
