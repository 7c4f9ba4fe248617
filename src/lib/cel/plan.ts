import type { Call, Comprehension, Expr, ListExpr, MapExpr, Select, StructExpr } from "./ast.ts";
import type { CheckedExpression } from "./checker.ts";
import { CostExceeded, LIST_COST, MAP_COST, SELECT_COST, standardCallCost, STRUCT_COST } from "./cost.ts";
import type { CelEnvironment } from "./environment.ts";
import { fits, type Overload } from "./functions.ts";
import { valueOfLiteral } from "./literals.ts";
import { entryOf, fieldOf, hasField, optionalEntryOf, optionalFieldOf } from "./selection.ts";
import {
  ArrayList,
  CelError,
  EntryMap,
  ListValue,
  MapValue,
  NO_SUCH_OVERLOAD,
  Optional,
  shownValue,
  TypeValue,
  type Value,
} from "./values.ts";

/** One evaluation on its way. */
export interface Frame {
  readonly resolve: (name: string) => Value | undefined;
  /** Variables of folds, by their place. */
  readonly locals: (Value | CelError)[];
  cost: number;
  readonly costLimit: number;
}

export type Step = (frame: Frame) => Value;

/** Turns a checked expression into functions that call each other. */
export function planExpression(checked: CheckedExpression, environment: CelEnvironment): Step {
  return new Planner(checked, environment).plan(checked.root);
}

function charge(frame: Frame, cost: number): void {
  frame.cost += cost;
  if (frame.cost > frame.costLimit) throw new CostExceeded();
}

class Planner {
  readonly #checked: CheckedExpression;
  readonly #environment: CelEnvironment;
  /** Names of the folds around, the innermost last. */
  #locals: readonly string[] = [];

  constructor(checked: CheckedExpression, environment: CelEnvironment) {
    this.#checked = checked;
    this.#environment = environment;
  }

  plan(expr: Expr): Step {
    switch (expr.kind) {
      case "literal": {
        const value = valueOfLiteral(expr.value);
        return () => value;
      }
      case "ident":
        return this.#ident(expr.id, expr.name);
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

  #ident(id: number, name: string): Step {
    const place = this.#locals.lastIndexOf(name);
    if (place >= 0) {
      return (frame) => {
        charge(frame, SELECT_COST);
        const value = frame.locals[place] ?? null;
        if (value instanceof CelError) throw value;
        return value;
      };
    }
    return this.#reference(id, name);
  }

  #reference(id: number, written: string): Step {
    const reference = this.#checked.references.get(id);
    const name = reference?.name ?? written;
    const [named] = reference?.isType ? reference.type.parameters : [];
    if (named) {
      const value = new TypeValue(named);
      return () => value;
    }
    return (frame) => {
      charge(frame, SELECT_COST);
      const value = frame.resolve(name);
      if (value === undefined) throw new CelError(`no such attribute(s): ${name}`);
      return value;
    };
  }

  #select(expr: Select): Step {
    if (this.#checked.references.has(expr.id)) return this.#reference(expr.id, expr.field);
    const operand = this.plan(expr.operand);
    const { field } = expr;
    if (expr.isTest) return (frame) => hasField(operand(frame), field);
    return (frame) => {
      const target = operand(frame);
      charge(frame, SELECT_COST);
      return fieldOf(target, field);
    };
  }

  #call(expr: Call): Step {
    const args = expr.args.map((arg) => this.plan(arg));
    const [first = NULL_STEP, second = NULL_STEP, third = NULL_STEP] = args;
    switch (expr.function) {
      case "_&&_":
        return shortCircuit(args, false);
      case "_||_":
        return shortCircuit(args, true);
      case "_?:_":
      case "_?_:_":
        return (frame) => {
          const condition = first(frame);
          if (typeof condition !== "boolean") throw new CelError(NO_SUCH_OVERLOAD);
          return condition ? second(frame) : third(frame);
        };
      case "@not_strictly_false":
        return (frame) => {
          try {
            return first(frame) !== false;
          } catch (error) {
            if (error instanceof CelError) return true;
            throw error;
          }
        };
      case "_[_]":
        return charged(first, second, entryOf);
      case "_?._":
        return charged(first, second, optionalFieldOf);
      case "_[?_]":
        return charged(first, second, optionalEntryOf);
      default:
        return this.#dispatch(expr, args);
    }
  }

  #dispatch(expr: Call, args: readonly Step[]): Step {
    const overloads = this.#checked.overloads.get(expr.id) ?? [];
    const isMember = overloads[0]?.isMember ?? expr.target !== undefined;
    const exprs = expr.target && isMember ? [expr.target, ...expr.args] : expr.args;
    const steps = expr.target && isMember ? [this.plan(expr.target), ...args] : args;
    const constants = exprs.map((each) => (each.kind === "literal" ? valueOfLiteral(each.value) : undefined));
    const isMembership = expr.function === "@in" && isConstantList(exprs[1]);
    const { callCosts } = this.#environment;
    // An `or` of optionals does not look at the second when there is a first.
    if (expr.function === "or" || expr.function === "orValue") return alternative(steps, expr.function === "orValue");
    const calls = overloads.map((each) => ({ each, call: each.specialize?.(constants) ?? each.call }));
    return (frame) => {
      const values: Value[] = [];
      for (const step of steps) values.push(step(frame));
      const chosen = calls.find(({ each }) => accepts(each, values));
      if (!chosen) throw new CelError(NO_SUCH_OVERLOAD);
      // `accepts` has seen that the values are of the declared types.
      const result = (chosen.call as (...given: readonly Value[]) => Value)(...values);
      if (!isMembership) {
        const { id } = chosen.each;
        charge(frame, callCosts(expr.function, id, values, result) ?? standardCallCost(id, values));
      }
      return result;
    };
  }

  #list({ elements }: ListExpr): Step {
    if (elements.every(({ value, isOptional }) => value.kind === "literal" && !isOptional)) {
      const list = new ArrayList(
        elements.map(({ value }) => (value.kind === "literal" ? valueOfLiteral(value.value) : null)),
      );
      return elements.length > 0 ? () => list : costing(LIST_COST, () => list);
    }
    const steps = elements.map(({ value, isOptional }) => ({ step: this.plan(value), isOptional }));
    return costing(LIST_COST, (frame) => {
      const values: Value[] = [];
      for (const { step, isOptional } of steps) {
        const value = isOptional ? present(step(frame), "list element") : step(frame);
        if (value !== undefined) values.push(value);
      }
      return new ArrayList(values);
    });
  }

  #map({ entries }: MapExpr): Step {
    const steps = entries.map(({ key, value, isOptional }) => ({
      key: this.plan(key),
      value: this.plan(value),
      isOptional,
    }));
    return costing(MAP_COST, (frame) => {
      const pairs: [Value, Value][] = [];
      for (const { key, value, isOptional } of steps) {
        const name = key(frame);
        const found = isOptional ? present(value(frame), `entry '${shownValue(name)}'`) : value(frame);
        if (found !== undefined) pairs.push([name, found]);
      }
      return new EntryMap(pairs);
    });
  }

  #struct({ typeName, fields }: StructExpr): Step {
    const name = typeName.startsWith(".") ? typeName.slice(1) : typeName;
    const steps = fields.map((field) => ({ ...field, step: this.plan(field.value) }));
    return costing(STRUCT_COST, (frame) => {
      const values = new Map<string, Value>();
      for (const field of steps) {
        const value = field.step(frame);
        const found = field.isOptional ? present(value, `entry '${field.name}'`) : value;
        if (found !== undefined) values.set(field.name, found);
      }
      return this.#environment.types.create(name, values);
    });
  }

  #comprehension(expr: Comprehension): Step {
    const range = this.plan(expr.range);
    const initial = this.plan(expr.initial);
    const outer = this.#locals;
    const place = outer.length;
    const hasTwo = expr.secondVariable !== undefined;
    this.#locals = [...outer, expr.accumulator, expr.variable, ...(hasTwo ? [expr.secondVariable ?? ""] : [])];
    const condition = this.plan(expr.condition);
    const step = this.plan(expr.step);
    this.#locals = [...outer, expr.accumulator];
    const result = this.plan(expr.result);
    this.#locals = outer;
    const goesOn = isQuantifier(expr);
    return (frame) => {
      const items = range(frame);
      const { locals } = frame;
      locals[place] = attempt(initial, frame);
      for (const [one, two] of turns(items, hasTwo)) {
        locals[place + 1] = one;
        if (hasTwo) locals[place + 2] = two;
        if (condition(frame) === false) break;
        const accumulated = attempt(step, frame);
        locals[place] = accumulated;
        if (accumulated instanceof CelError && !goesOn) break;
      }
      return result(frame);
    };
  }
}

/** Errors are kept as what was accumulated, and thrown when it is read. */
function attempt(step: Step, frame: Frame): Value | CelError {
  try {
    return step(frame);
  } catch (error) {
    if (error instanceof CelError) return error;
    throw error;
  }
}

/** `all` and `exists` go on after an error: another element may settle it. */
const isQuantifier = ({ step }: Comprehension): boolean =>
  step.kind === "call" && (step.function === "_&&_" || step.function === "_||_");

function turns(items: Value, hasTwo: boolean): Iterable<readonly [Value, Value]> {
  if (items instanceof ListValue) return listTurns(items, hasTwo);
  if (items instanceof MapValue) return mapTurns(items);
  throw new CelError(NO_SUCH_OVERLOAD);
}

function* listTurns(list: ListValue, hasTwo: boolean): Iterable<readonly [Value, Value]> {
  for (let index = 0; index < list.size; index += 1) {
    yield hasTwo ? [BigInt(index), list.at(index)] : [list.at(index), null];
  }
}

function* mapTurns(map: MapValue): Iterable<readonly [Value, Value]> {
  for (const key of map.keys()) yield [key, map.get(key) ?? null];
}

/** `&&` ends at false, `||` at true. An error counts only when no other term settles it. */
function shortCircuit(terms: readonly Step[], settling: boolean): Step {
  return (frame) => {
    let failure: CelError | undefined;
    for (const term of terms) {
      try {
        const value = term(frame);
        if (value === settling) return settling;
        if (typeof value !== "boolean") failure ??= new CelError(NO_SUCH_OVERLOAD);
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        failure ??= error;
      }
    }
    if (failure) throw failure;
    return !settling;
  };
}

function alternative([first = NULL_STEP, second = NULL_STEP]: readonly Step[], unwraps: boolean): Step {
  return (frame) => {
    const optional = first(frame);
    if (!(optional instanceof Optional)) throw new CelError(NO_SUCH_OVERLOAD);
    if (optional.value === undefined) return second(frame);
    return unwraps ? optional.value : optional;
  };
}

const NULL_STEP: Step = () => null;

const charged =
  (first: Step, second: Step, select: (target: Value, key: Value) => Value): Step =>
  (frame) => {
    const target = first(frame);
    const key = second(frame);
    charge(frame, SELECT_COST);
    return select(target, key);
  };

const costing =
  (cost: number, step: Step): Step =>
  (frame) => {
    const value = step(frame);
    charge(frame, cost);
    return value;
  };

const accepts = ({ params }: Overload, values: readonly Value[]): boolean =>
  params.length === values.length && params.every((param, index) => fits(values[index] ?? null, param));

const isConstantList = (expr: Expr | undefined): boolean =>
  expr?.kind === "list" && expr.elements.every(({ value }) => value.kind === "literal");

/** What an optional element holds; undefined when nothing. */
function present(value: Value, what: string): Value | undefined {
  if (value instanceof Optional) return value.value;
  throw new CelError(`cannot initialize optional ${what} from non-optional value ${shownValue(value)}`);
}
