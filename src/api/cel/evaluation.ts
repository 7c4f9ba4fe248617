import type { Compilation } from "../../lib/cel/program.ts";
/** One request, seen by the expressions of a webhook or policy (apiserver/pkg/admission/plugin/cel/activation.go). */
import { CelError, fromJson, MapValue, type Value } from "../../lib/cel/values.ts";
import type { KubeObject } from "../resource-type.ts";
import {
  type AuthorizationQuestions,
  authorizerValue,
  requestResourceValue,
  type ResourceQuestion,
} from "./authorizer.ts";
import { PER_CALL_LIMIT } from "./environment.ts";

/** What there is to know about a request. */
export interface ReviewedRequest {
  readonly object: Readonly<KubeObject> | undefined;
  readonly oldObject: Readonly<KubeObject> | undefined;
  readonly request: Readonly<Record<string, unknown>>;
  readonly namespaceObject?: Readonly<KubeObject> | undefined;
  readonly params?: Readonly<KubeObject> | undefined;
  readonly authorization?:
    | { readonly questions: AuthorizationQuestions; readonly resource: ResourceQuestion }
    | undefined;
}

/** An expression with what became of it. */
export interface CompiledExpression {
  readonly expression: string;
  readonly compilation: Compilation;
}

export type ExpressionResult =
  | { readonly value: Value; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: string };

/** More was spent than a request is worth: whatever remains is not looked at. */
export class OutOfBudget extends Error {
  override readonly name = "OutOfBudget";

  constructor() {
    super("validation failed due to running out of cost budget, no further validation rules will be run");
  }
}

export class Review {
  readonly #values: Readonly<Record<string, () => Value | undefined>>;
  readonly #known = new Map<string, Value | undefined>();
  #budget: number;

  constructor(request: ReviewedRequest, variables: ReadonlyMap<string, CompiledExpression>, budget: number) {
    const { object, oldObject, namespaceObject, params, authorization } = request;
    this.#budget = budget;
    this.#values = {
      object: () => fromJson(object ?? null),
      oldObject: () => fromJson(oldObject ?? null),
      request: () => fromJson(request.request),
      namespaceObject: () => (namespaceObject ? namespaceValue(namespaceObject) : null),
      params: () => fromJson(params ?? null),
      authorizer: () => authorization && authorizerValue(authorization.questions),
      "authorizer.requestResource": () =>
        authorization && requestResourceValue(authorization.questions, authorization.resource),
      variables: () => new PolicyVariablesValue(variables, (compiled) => this.#run(compiled)),
    };
  }

  /** What may still be spent. */
  get budget(): number {
    return this.#budget;
  }

  /** Throws OutOfBudget. */
  evaluate(compiled: CompiledExpression): ExpressionResult {
    const result = this.#run(compiled);
    if (result.error === undefined || !compiled.compilation.program) return result;
    return { error: `expression '${compiled.expression}' resulted in error: ${result.error}` };
  }

  #run({ compilation }: CompiledExpression): ExpressionResult {
    if (!compilation.program) return { error: `compilation error: ${compilation.problem}` };
    const result = compilation.program.evaluate((name) => this.#resolve(name), PER_CALL_LIMIT);
    if (result.cost > this.#budget) throw new OutOfBudget();
    this.#budget -= result.cost;
    return result.error === undefined ? { value: result.value } : { error: result.error };
  }

  #resolve(name: string): Value | undefined {
    if (!this.#known.has(name)) this.#known.set(name, this.#values[name]?.());
    return this.#known.get(name);
  }
}

/** Of a namespace only what is declared can be seen. */
function namespaceValue({ metadata, ...rest }: Readonly<KubeObject>): Value {
  const { managedFields: _fields, ownerReferences: _owners, selfLink: _link, ...shown } = metadata;
  const { spec, status } = rest as { spec?: unknown; status?: unknown };
  return fromJson({ metadata: shown, ...(spec ? { spec } : {}), ...(status ? { status } : {}) });
}

/** Variables of a policy are evaluated when they are first asked for. */
class PolicyVariablesValue extends MapValue {
  readonly #variables: ReadonlyMap<string, CompiledExpression>;
  readonly #evaluate: (compiled: CompiledExpression) => ExpressionResult;
  readonly #results = new Map<string, ExpressionResult>();

  constructor(
    variables: ReadonlyMap<string, CompiledExpression>,
    evaluate: (compiled: CompiledExpression) => ExpressionResult,
  ) {
    super();
    this.#variables = variables;
    this.#evaluate = evaluate;
  }

  override get size(): number {
    return this.#variables.size;
  }

  override keys(): Iterable<Value> {
    return this.#variables.keys();
  }

  override get(key: Value): Value | undefined {
    if (typeof key !== "string") return undefined;
    const variable = this.#variables.get(key);
    if (!variable) return undefined;
    const result = this.#results.get(key) ?? this.#evaluate(variable);
    this.#results.set(key, result);
    if (result.error !== undefined)
      throw new CelError(`composited variable ${JSON.stringify(key)} fails to evaluate: ${result.error}`);
    return result.value;
  }
}

/** A condition that did not hold, by its name, or what went wrong. */
export type ConditionsResult =
  | { readonly isMatch: boolean; readonly error?: undefined }
  | { readonly isMatch?: undefined; readonly error: string };

/** All must hold. One that does not hold counts more than errors of others. */
export function matchConditions(conditions: readonly CompiledExpression[], review: Review): ConditionsResult {
  const errors: string[] = [];
  try {
    for (const condition of conditions) {
      const result = review.evaluate(condition);
      if (result.error !== undefined) errors.push(result.error);
      else if (result.value === false) return { isMatch: false };
    }
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return { error: error.message };
  }
  if (errors.length === 0) return { isMatch: true };
  const unique = [...new Set(errors)];
  return { error: unique.length === 1 ? (unique[0] ?? "") : `[${unique.join(", ")}]` };
}
