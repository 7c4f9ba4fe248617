import { assigned, assignedAll, type Bindings, mostGeneral, substituted } from "./assignability.ts";
import {
  type Call,
  type Comprehension,
  type Expr,
  type ListExpr,
  type MapExpr,
  type ParsedExpression,
  qualifiedName,
  type Select,
  type StructExpr,
} from "./ast.ts";
import type { CelEnvironment } from "./environment.ts";
import type { FunctionDeclaration, Overload } from "./functions.ts";
import { valueOfLiteral } from "./literals.ts";
import { type CelIssue, locationAt, NO_LOCATION } from "./source.ts";
import {
  BOOL,
  type CelType,
  DYN,
  elementType,
  ERROR,
  formatType,
  INT,
  isDyn,
  isDynOrError,
  isOptional,
  keyType,
  listType,
  mapType,
  optionalType,
  typeOfType,
  typeParameter,
  unwrapped,
  valueType,
} from "./types.ts";
import { typeOf } from "./values.ts";

/** What the checker found out, by the ids of the expression's parts. */
export interface CheckedExpression extends ParsedExpression {
  readonly types: ReadonlyMap<number, CelType>;
  /** The overloads that a call may turn out to be. */
  readonly overloads: ReadonlyMap<number, readonly Overload[]>;
  /** Names and chains of names that are variables or types. */
  readonly references: ReadonlyMap<number, Reference>;
  readonly resultType: CelType;
}

interface Reference {
  readonly name: string;
  readonly type: CelType;
  /** The name of a type is a value. */
  readonly isType: boolean;
}

/** Finds the type of every part. Issues are added to `issues`, in cel-go's wording (checker/errors.go). */
export function checkExpression(
  text: string,
  parsed: ParsedExpression,
  environment: CelEnvironment,
  issues: CelIssue[],
): CheckedExpression {
  return new Checker(text, parsed, environment, issues).check();
}

type Scope = ReadonlyMap<string, CelType>;

class Checker {
  readonly #text: string;
  readonly #parsed: ParsedExpression;
  readonly #environment: CelEnvironment;
  readonly #issues: CelIssue[];
  readonly #types = new Map<number, CelType>();
  readonly #overloads = new Map<number, readonly Overload[]>();
  readonly #references = new Map<number, Reference>();
  #scopes: readonly Scope[] = [];
  #bindings: Bindings = new Map();
  #freeParameters = 0;

  constructor(text: string, parsed: ParsedExpression, environment: CelEnvironment, issues: CelIssue[]) {
    this.#text = text;
    this.#parsed = parsed;
    this.#environment = environment;
    this.#issues = issues;
  }

  check(): CheckedExpression {
    this.#check(this.#parsed.root);
    for (const [id, type] of this.#types) this.#types.set(id, substituted(this.#bindings, type, true));
    return {
      ...this.#parsed,
      types: this.#types,
      overloads: this.#overloads,
      references: this.#references,
      resultType: this.#types.get(this.#parsed.root.id) ?? ERROR,
    };
  }

  #check(expr: Expr): CelType {
    const type = this.#typeOf(expr);
    this.#types.set(expr.id, type);
    return type;
  }

  #typeOf(expr: Expr): CelType {
    switch (expr.kind) {
      case "literal":
        return typeOf(valueOfLiteral(expr.value));
      case "ident": {
        const reference = this.#lookup(expr.name);
        if (!reference) return this.#undeclared(expr.id, expr.name);
        this.#references.set(expr.id, reference);
        return reference.type;
      }
      case "select":
        return this.#select(expr);
      case "call":
        return this.#call(expr);
      case "list":
        return this.#list(expr);
      case "map":
        return this.#map(expr);
      case "struct":
        return this.#struct(expr);
      case "comprehension":
        return this.#comprehension(expr);
    }
  }

  #report(id: number, message: string): void {
    const offset = this.#parsed.offsets.get(id);
    this.#issues.push({ location: offset === undefined ? NO_LOCATION : locationAt(this.#text, offset), message });
  }

  #undeclared(id: number, name: string): CelType {
    this.#report(id, `undeclared reference to '${name}' (in container '')`);
    return ERROR;
  }

  #lookup(written: string): Reference | undefined {
    const name = written.startsWith(".") ? written.slice(1) : written;
    for (const scope of this.#scopes.toReversed()) {
      const type = scope.get(name);
      if (type) return { name, type, isType: false };
    }
    const declared = this.#environment.variables.get(name);
    if (declared) return { name, type: declared, isType: false };
    const named = this.#environment.types.named(name);
    return named && { name, type: typeOfType(named), isType: true };
  }

  #select(expr: Select): CelType {
    const name = qualifiedName(expr);
    // `a.b` may be a variable as a whole, and `optional_type` or a message has dots in its name.
    const reference = name === undefined ? undefined : this.#lookup(name);
    if (reference) {
      this.#references.set(expr.id, reference);
      return reference.type;
    }
    const type = this.#selectField(expr.id, expr.operand, expr.field, false);
    return expr.isTest ? BOOL : substituted(this.#bindings, type, false);
  }

  #selectField(id: number, operand: Expr, field: string, isOptionalSelect: boolean): CelType {
    const operandType = substituted(this.#bindings, this.#check(operand), false);
    const target = unwrapped(operandType);
    const type = this.#fieldType(id, target, field);
    return isOptionalSelect || isOptional(operandType) ? optionalType(type) : type;
  }

  #fieldType(id: number, target: CelType, field: string): CelType {
    switch (target.kind) {
      case "map":
        return valueType(target);
      case "struct":
        return this.#structField(id, target.name, field) ?? ERROR;
      case "type-parameter":
        this.#isAssignable(DYN, target);
        return DYN;
      default:
        if (!isDynOrError(target)) this.#report(id, `type '${formatType(target)}' does not support field selection`);
        return DYN;
    }
  }

  #structField(id: number, struct: string, field: string): CelType | undefined {
    const type = this.#environment.types.field(struct, field);
    if (!type) this.#report(id, `undefined field '${field}'`);
    return type;
  }

  #call(expr: Call): CelType {
    if (expr.function === "_?._") return this.#optionalSelect(expr);
    for (const arg of expr.args) this.#check(arg);
    if (!expr.target) {
      const name = expr.function.startsWith(".") ? expr.function.slice(1) : expr.function;
      const declaration = this.#environment.functions.get(name);
      if (!declaration) return this.#undeclared(expr.id, expr.function);
      return this.#resolve(expr, declaration, expr.args, false);
    }
    const prefix = qualifiedName(expr.target);
    const namespaced = prefix && this.#environment.functions.get(`${prefix}.${expr.function}`);
    if (namespaced) return this.#resolve(expr, namespaced, expr.args, false);
    this.#check(expr.target);
    const declaration = this.#environment.functions.get(expr.function);
    if (!declaration) return this.#undeclared(expr.id, expr.function);
    return this.#resolve(expr, declaration, [expr.target, ...expr.args], true);
  }

  #optionalSelect({ id, args: [operand, field] }: Call): CelType {
    if (!operand || field?.kind !== "literal" || typeof field.value !== "string") return ERROR;
    return substituted(this.#bindings, this.#selectField(id, operand, field.value, true), false);
  }

  #resolve(expr: Call, declaration: FunctionDeclaration, args: readonly Expr[], isMember: boolean): CelType {
    const argTypes = args.map(({ id }) => this.#types.get(id) ?? ERROR);
    const candidates = declaration.overloads.filter((each) => each.isMember === isMember);
    if (declaration.name === "_&&_" || declaration.name === "_||_")
      return this.#logical(args, argTypes, candidates, expr);
    const matching: Overload[] = [];
    let result: CelType | undefined;
    for (const candidate of candidates) {
      const fresh = this.#freshParameters(candidate);
      const params = candidate.params.map((param) => substituted(fresh, param, false));
      const bindings = assignedAll(this.#bindings, argTypes, params);
      if (!bindings) continue;
      this.#bindings = bindings;
      matching.push(candidate);
      const type = substituted(bindings, substituted(fresh, candidate.result, false), false);
      if (!result) result = type;
      else if (!isDyn(result) && formatType(type) !== formatType(result)) result = DYN;
    }
    if (!result) {
      const texts = argTypes.map((type) => formatType(substituted(this.#bindings, type, true)));
      const signature = isMember ? `${texts[0]}.(${texts.slice(1).join(", ")})` : `(${texts.join(", ")})`;
      this.#report(expr.id, `found no matching overload for '${declaration.name}' applied to '${signature}'`);
      return ERROR;
    }
    this.#overloads.set(expr.id, matching);
    return result;
  }

  #logical(args: readonly Expr[], argTypes: readonly CelType[], candidates: readonly Overload[], expr: Call): CelType {
    let isWrong = false;
    argTypes.forEach((type, index) => {
      if (this.#isAssignable(type, BOOL)) return;
      this.#mismatch(args[index] ?? expr, BOOL, type);
      isWrong = true;
    });
    this.#overloads.set(expr.id, candidates);
    return isWrong ? ERROR : BOOL;
  }

  /** The parameters of an overload are other ones at each call. */
  #freshParameters({ params, result }: Overload): Bindings {
    const fresh = new Map<string, CelType>();
    const visit = (type: CelType): void => {
      if (type.kind === "type-parameter" && !fresh.has(type.name)) fresh.set(type.name, this.#newParameter());
      type.parameters.forEach(visit);
    };
    [...params, result].forEach(visit);
    return fresh;
  }

  #newParameter(): CelType {
    this.#freeParameters += 1;
    return typeParameter(`_var${this.#freeParameters - 1}`);
  }

  #list({ elements }: ListExpr): CelType {
    let joined: CelType | undefined;
    for (const { value, isOptional: mayBeAbsent } of elements) {
      joined = this.#join(value, joined, this.#present(value, this.#check(value), mayBeAbsent));
    }
    return listType(joined ?? this.#newParameter());
  }

  #map({ entries }: MapExpr): CelType {
    let keys: CelType | undefined;
    let values: CelType | undefined;
    for (const { key, value, isOptional: mayBeAbsent } of entries) {
      keys = this.#join(key, keys, this.#check(key));
      values = this.#join(value, values, this.#present(value, this.#check(value), mayBeAbsent));
    }
    return mapType(keys ?? this.#newParameter(), values ?? this.#newParameter());
  }

  /** The type of an element that is written with `?`: of what is inside the optional. */
  #present(expr: Expr, type: CelType, mayBeAbsent: boolean): CelType {
    if (!mayBeAbsent) return type;
    if (!isOptional(type) && !isDyn(type)) this.#mismatch(expr, optionalType(type), type);
    return unwrapped(type);
  }

  #join(expr: Expr, previous: CelType | undefined, current: CelType): CelType {
    if (!previous) return current;
    if (this.#isAssignable(previous, current)) return mostGeneral(previous, current);
    this.#mismatch(expr, previous, current);
    return ERROR;
  }

  #struct({ id, typeName, fields }: StructExpr): CelType {
    const reference = this.#lookup(typeName);
    if (!reference) return this.#undeclared(id, typeName);
    const [type] = reference.type.parameters;
    const isStruct = reference.isType && type?.kind === "struct";
    if (!reference.isType) this.#report(id, `'${formatType(reference.type)}' is not a type`);
    else if (!isStruct) this.#report(id, `'${type?.name}' is not a message type`);
    for (const field of fields) {
      const valueOf = this.#present(field.value, this.#check(field.value), field.isOptional);
      const wanted = (isStruct && this.#structField(field.id, type.name, field.name)) || ERROR;
      if (this.#isAssignable(wanted, valueOf)) continue;
      this.#report(
        field.id,
        `expected type of field '${field.name}' is '${formatType(wanted)}' but provided type is '${formatType(valueOf)}'`,
      );
    }
    return isStruct ? type : ERROR;
  }

  #comprehension(expr: Comprehension): CelType {
    const range = substituted(this.#bindings, this.#check(expr.range), false);
    const accumulator = this.#check(expr.initial);
    const outer = this.#scopes;
    const withAccumulator = [...outer, new Map([[expr.accumulator, accumulator]])];
    this.#scopes = [...withAccumulator, this.#iteration(expr, range)];
    this.#check(expr.condition);
    this.#assertType(expr.condition, BOOL);
    this.#check(expr.step);
    this.#assertType(expr.step, accumulator);
    this.#scopes = withAccumulator;
    const result = this.#check(expr.result);
    this.#scopes = outer;
    return substituted(this.#bindings, result, false);
  }

  #iteration({ range: rangeExpr, variable, secondVariable }: Comprehension, range: CelType): Scope {
    const [one, two] = this.#iterationTypes(rangeExpr, range, secondVariable !== undefined);
    return new Map(
      secondVariable === undefined
        ? [[variable, one]]
        : [
            [variable, one],
            [secondVariable, two],
          ],
    );
  }

  #iterationTypes(expr: Expr, range: CelType, hasTwo: boolean): readonly [CelType, CelType] {
    switch (range.kind) {
      case "list":
        return hasTwo ? [INT, elementType(range)] : [elementType(range), DYN];
      case "map":
        return [keyType(range), valueType(range)];
      case "dyn":
      case "error":
      case "type-parameter":
        this.#isAssignable(DYN, range);
        return [DYN, DYN];
      default:
        this.#report(
          expr.id,
          `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
        return [ERROR, ERROR];
    }
  }

  #isAssignable(a: CelType, b: CelType): boolean {
    const bindings = assigned(this.#bindings, a, b);
    if (bindings) this.#bindings = bindings;
    return bindings !== undefined;
  }

  #assertType(expr: Expr, type: CelType): void {
    const found = this.#types.get(expr.id) ?? ERROR;
    if (!this.#isAssignable(type, found)) this.#mismatch(expr, type, found);
  }

  #mismatch({ id }: Expr, expected: CelType, found: CelType): void {
    this.#report(id, `expected type '${formatType(expected)}' but found '${formatType(found)}'`);
  }
}
