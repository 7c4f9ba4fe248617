import type { Compilation } from "../../lib/cel/program.ts";
import { DYN, optionalType } from "../../lib/cel/types.ts";
import { celEnvironment, compileExpression } from "../cel/environment.ts";
import { type CelSchema, declaredType, structsIn } from "../cel/schema-type.ts";
import type { JSONSchemaProps, ValidationRule } from "../types/apiextensions-v1.ts";
import { fieldAt } from "./field-path.ts";
import { itemsOf, valuesOf } from "./structural.ts";

export type Program = NonNullable<Compilation["program"]>;

/** A rule of x-kubernetes-validations, ready to be evaluated. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  /** Undefined: it does not compile, and `problem` says why. */
  readonly program: Program | undefined;
  readonly problem: string | undefined;
  readonly usesOldSelf: boolean;
  readonly message: Program | undefined;
  readonly messageProblem: string | undefined;
  /** Where below the value the error belongs; empty: to the value itself. */
  readonly fieldPath: string;
}

/** The rules of a schema and of what is in it. */
export interface RuleTree {
  readonly schema: JSONSchemaProps;
  readonly isRoot: boolean;
  readonly rules: readonly CompiledRule[];
  readonly items: RuleTree | undefined;
  readonly values: RuleTree | undefined;
  readonly properties: ReadonlyMap<string, RuleTree>;
}

/** Undefined where there are no rules at all, as in most schemas. */
export function ruleTree(schema: JSONSchemaProps, isRoot: boolean): RuleTree | undefined {
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  const properties = new Map<string, RuleTree>();
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const tree = ruleTree(property, false);
    if (tree) properties.set(key, tree);
  }
  const tree: RuleTree = {
    schema,
    isRoot,
    rules: compiledRules(schema, isRoot),
    items: items && ruleTree(items, false),
    values: values && ruleTree(values, false),
    properties,
  };
  const isEmpty = tree.rules.length === 0 && !tree.items && !tree.values && properties.size === 0;
  return isEmpty ? undefined : tree;
}

const SELF_TYPE = "selfType";

/** The rules of one schema, without those of what is in it. */
export function compiledRules(schema: JSONSchemaProps, isRoot: boolean): readonly CompiledRule[] {
  const rules = schema["x-kubernetes-validations"] ?? [];
  if (rules.length === 0) return [];
  const isObject = isRoot || schema["x-kubernetes-embedded-resource"] === true;
  // Structural schemas have the form that expressions know.
  const self = declaredType(schema as CelSchema, SELF_TYPE, isObject);
  const type = self?.type ?? DYN;
  const structs = structsIn(self);
  const environment = celEnvironment(
    [
      ["self", type],
      ["oldSelf", type],
    ],
    structs,
  );
  const optional = celEnvironment(
    [
      ["self", type],
      ["oldSelf", optionalType(type)],
    ],
    structs,
  );
  return rules.map((rule) => compiledRule(rule, rule.optionalOldSelf ? optional : environment, schema));
}

function compiledRule(
  rule: ValidationRule,
  environment: Parameters<typeof compileExpression>[1],
  schema: JSONSchemaProps,
): CompiledRule {
  const compilation = compileExpression(rule.rule, environment);
  const { program } = compilation;
  const isBool = program?.resultType.name === "bool";
  const problem = program
    ? isBool
      ? undefined
      : "cel expression must evaluate to a bool"
    : `compilation failed: ${compilation.problem}`;
  const message = rule.messageExpression ? compileExpression(rule.messageExpression, environment) : undefined;
  const isText = message?.program?.resultType.name === "string";
  const found = rule.fieldPath ? fieldAt(rule.fieldPath, schema, { allowsBrackets: true }) : undefined;
  return {
    rule,
    program: problem === undefined ? program : undefined,
    problem,
    usesOldSelf: program ? [...program.checked.references.values()].some(({ name }) => name === "oldSelf") : false,
    message: isText ? message?.program : undefined,
    messageProblem: message && messageProblem(message, isText),
    fieldPath: found && "path" in found ? found.path : "",
  };
}

function messageProblem({ problem }: Compilation, isText: boolean): string | undefined {
  if (problem !== undefined) return `messageExpression compilation failed: ${problem}`;
  return isText ? undefined : "messageExpression must evaluate to a string";
}
