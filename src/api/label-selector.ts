/**
 * Label selectors: the text form of queries (`app=web,tier in (a,b),!old`) and metav1.LabelSelector, both compiled to one
 * predicate. Matching allocates nothing: it runs for every watcher on every event.
 */
import { badRequest } from "./api-error.ts";
import { at, child, FieldErrors } from "./field-errors.ts";
import { parseLabelRequirements } from "./label-selector-parser.ts";
import { labelKeyProblems, labelValueProblems } from "./names.ts";
import type { LabelSelector as LabelSelectorObject, LabelSelectorRequirement } from "./types/meta-v1.ts";

export type Labels = Readonly<Record<string, string>>;

export type LabelOperator = "in" | "notin" | "=" | "==" | "!=" | "gt" | "lt" | "exists" | "!";

/** One condition on one label. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

export interface LabelSelector {
  readonly matches: (labels: Labels | undefined) => boolean;
  /** Matches whatever there is. */
  readonly isEverything: boolean;
  /** Sorted by key. */
  readonly requirements: readonly LabelRequirement[];
  /** The text form; `parseLabelSelector` reads it back. */
  readonly text: string;
}

export const EVERYTHING: LabelSelector = { matches: () => true, isEverything: true, requirements: [], text: "" };

const NOTHING: LabelSelector = { matches: () => false, isEverything: false, requirements: [], text: "" };

/** Reads the text of a query; a BadRequest with upstream's wording when it is malformed. */
export function parseLabelSelector(text: string): LabelSelector {
  const parsed = parseLabelRequirements(text);
  if ("problem" in parsed) throw badRequest(parsed.problem);
  return selectorOf(parsed.requirements);
}

/** An absent selector selects nothing, an empty one everything. */
export function labelSelectorOf(selector: LabelSelectorObject | undefined): LabelSelector {
  if (!selector) return NOTHING;
  return selectorOf([
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => equality(key, value)),
    ...(selector.matchExpressions ?? []).map(expressionRequirement),
  ]);
}

/** The selector of kinds that have only a map: Services, ReplicationControllers. */
export function selectorOfLabels(labels: Labels | undefined): LabelSelector {
  return selectorOf(Object.entries(labels ?? {}).map(([key, value]) => equality(key, value)));
}

/** `a=b,c in (d,e)`: what the status of a Scale shows. */
export const labelSelectorText = (selector: LabelSelectorObject | undefined): string => labelSelectorOf(selector).text;

/** Upstream's ValidateLabelSelector. */
export function validateLabelSelector(
  selector: LabelSelectorObject | undefined,
  path: string,
  errors: FieldErrors,
): void {
  if (!selector) return;
  validateLabels(selector.matchLabels, child(path, "matchLabels"), errors);
  selector.matchExpressions?.forEach((expression, index) =>
    validateRequirement(expression, at(child(path, "matchExpressions"), index), errors),
  );
}

/** Upstream's ValidateLabels. */
export function validateLabels(labels: Labels | undefined, path: string, errors: FieldErrors): void {
  for (const key in labels) {
    const value = labels[key] ?? "";
    for (const problem of labelKeyProblems(key)) errors.invalid(path, key, problem);
    for (const problem of labelValueProblems(value)) errors.invalid(path, value, problem);
  }
}

/** The conditions joined by "and". */
export function selectorOf(requirements: readonly LabelRequirement[]): LabelSelector {
  if (requirements.length === 0) return EVERYTHING;
  const sorted = requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return {
    matches: conjunction(sorted.map(predicate)),
    isEverything: false,
    requirements: sorted,
    text: sorted.map(requirementText).join(","),
  };
}

type Predicate = (labels: Labels | undefined) => boolean;

function conjunction(predicates: readonly Predicate[]): Predicate {
  const [first, second] = predicates;
  if (first && predicates.length === 1) return first;
  if (first && second && predicates.length === 2) return (labels) => first(labels) && second(labels);
  return (labels) => {
    for (const each of predicates) if (!each(labels)) return false;
    return true;
  };
}

function predicate({ key, operator, values }: LabelRequirement): Predicate {
  const [only] = values;
  switch (operator) {
    case "in":
    case "=":
    case "==": {
      if (values.length === 1) return (labels) => labels?.[key] === only;
      const allowed = new Set(values);
      return (labels) => {
        const value = labels?.[key];
        return value !== undefined && allowed.has(value);
      };
    }
    case "notin":
    case "!=": {
      if (values.length === 1) return (labels) => labels?.[key] !== only;
      const refused = new Set(values);
      return (labels) => {
        const value = labels?.[key];
        return value === undefined || !refused.has(value);
      };
    }
    // By type, because "constructor" is a label key too and every object has one.
    case "exists":
      return (labels) => typeof labels?.[key] === "string";
    case "!":
      return (labels) => typeof labels?.[key] !== "string";
    case "gt":
      return comparison(key, only, (value, bound) => value > bound);
    case "lt":
      return comparison(key, only, (value, bound) => value < bound);
  }
}

function comparison(
  key: string,
  text: string | undefined,
  holds: (value: bigint, bound: bigint) => boolean,
): Predicate {
  const bound = parsedInteger(text);
  return (labels) => {
    const value = parsedInteger(labels?.[key]);
    return value !== undefined && bound !== undefined && holds(value, bound);
  };
}

/** A 64-bit integer in decimal digits. */
function parsedInteger(text: string | undefined): bigint | undefined {
  if (typeof text !== "string" || !/^[-+]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${values.toSorted().join(",")})`;
    case "gt":
      return `${key}>${values[0]}`;
    case "lt":
      return `${key}<${values[0]}`;
    case "=":
    case "==":
    case "!=":
      return `${key}${operator}${values[0]}`;
  }
}

const equality = (key: string, value: string): LabelRequirement => ({ key, operator: "=", values: [value] });

const EXPRESSION_OPERATORS: ReadonlyMap<string, LabelOperator> = new Map([
  ["In", "in"],
  ["NotIn", "notin"],
  ["Exists", "exists"],
  ["DoesNotExist", "!"],
]);

function expressionRequirement({ key, operator, values }: LabelSelectorRequirement): LabelRequirement {
  const known = EXPRESSION_OPERATORS.get(operator);
  if (!known) throw badRequest(`"${operator}" is not a valid label selector operator`);
  return { key, operator: known, values: values ?? [] };
}

function validateRequirement(
  { key, operator, values }: LabelSelectorRequirement,
  path: string,
  errors: FieldErrors,
): void {
  switch (EXPRESSION_OPERATORS.get(operator)) {
    case "in":
    case "notin":
      if (!values?.length) {
        errors.required(child(path, "values"), "must be specified when `operator` is 'In' or 'NotIn'");
      }
      break;
    case "exists":
    case "!":
      if (values?.length) {
        errors.forbidden(child(path, "values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      }
      break;
    default:
      errors.invalid(child(path, "operator"), operator, "not a valid selector operator");
  }
  for (const problem of labelKeyProblems(key)) errors.invalid(child(path, "key"), key, problem);
  values?.forEach((value, index) => {
    for (const problem of labelValueProblems(value)) errors.invalid(at(child(path, "values"), index), value, problem);
  });
}
