import type { Comprehension, Expr } from "./ast.ts";
import type { ExpressionBuilder } from "./expression-builder.ts";

/** A call that is rewritten while it is parsed. Undefined from `expand`: it stays a call. */
export interface Macro {
  readonly name: string;
  readonly argCount: number;
  /** `target.name(...)`, else `name(...)`. */
  readonly isMember: boolean;
  readonly expand: (context: MacroContext) => Expr | undefined;
}

interface MacroContext {
  readonly build: ExpressionBuilder;
  /** Where new nodes stand: at the parenthesis of the call. */
  readonly offset: number;
  readonly target: Expr;
  readonly args: readonly Expr[];
}

/** A call that has the name of a macro but not its form. */
export class MacroError extends Error {
  readonly offset: number | undefined;

  constructor(message: string, offset: number | undefined) {
    super(message);
    this.offset = offset;
  }
}

/** No name that an expression can spell. */
const ACCUMULATOR = "@result";
const UNUSED = "#unused";
export const MAP_INSERT = "cel.@mapInsert";
export const SORT_BY_KEYS = "@sortByAssociatedKeys";

const NOT_A_NAME = "argument must be a simple name";

/** Macros of the language itself (cel-go's parser/macro.go). */
export const STANDARD_MACROS: readonly Macro[] = [
  { name: "has", argCount: 1, isMember: false, expand: has },
  ...["all", "exists", "exists_one", "existsOne"].map((name): Macro => ({
    name,
    argCount: 2,
    isMember: true,
    expand: (context) => fold(context, [variable(context, 0, NOT_A_NAME)], quantifier(context, name, 1)),
  })),
  ...[2, 3].map((argCount): Macro => ({
    name: "map",
    argCount,
    isMember: true,
    expand: (context) =>
      fold(
        context,
        [variable(context, 0, "argument is not an identifier")],
        collected(context, argCount === 3 ? 1 : undefined, arg(context, argCount - 1)),
      ),
  })),
  {
    name: "filter",
    argCount: 2,
    isMember: true,
    expand: (context) =>
      fold(context, [variable(context, 0, "argument is not an identifier")], collected(context, 1, arg(context, 0))),
  },
];

/** Macros that see index and value, or key and value (cel-go's ext/comprehensions.go). */
export const TWO_VARIABLE_MACROS: readonly Macro[] = [
  ...["all", "exists", "exists_one", "existsOne"].map((name): Macro => ({
    name,
    argCount: 3,
    isMember: true,
    expand: (context) => fold(context, twoVariables(context), quantifier(context, name, 2)),
  })),
  ...[3, 4].flatMap((argCount): readonly Macro[] => {
    const filter = argCount === 4 ? 2 : undefined;
    return [
      {
        name: "transformList",
        argCount,
        isMember: true,
        expand: (context) =>
          fold(context, twoVariables(context), collected(context, filter, arg(context, argCount - 1))),
      },
      {
        name: "transformMap",
        argCount,
        isMember: true,
        expand(context) {
          const variables = twoVariables(context);
          const key = context.build.ident(context.offset, variables[0] ?? "");
          return fold(context, variables, inserted(context, filter, [key, arg(context, argCount - 1)]));
        },
      },
      {
        name: "transformMapEntry",
        argCount,
        isMember: true,
        expand: (context) =>
          fold(context, twoVariables(context), inserted(context, filter, [arg(context, argCount - 1)])),
      },
    ];
  }),
];

export const OPTIONAL_MACROS: readonly Macro[] = ["optMap", "optFlatMap"].map((name) => ({
  name,
  argCount: 2,
  isMember: true,
  expand(context) {
    const { build, offset, target } = context;
    const name_ = variable(context, 0, `${name}() variable name must be a simple identifier`);
    const call = (fn: string, args: readonly Expr[], on?: Expr): Expr => build.call(offset, fn, args, on);
    const bound: Comprehension = {
      kind: "comprehension",
      id: build.id(offset),
      range: build.list(offset, []),
      variable: UNUSED,
      secondVariable: undefined,
      accumulator: name_,
      initial: call("value", [], target),
      condition: build.literal(offset, false),
      step: build.ident(offset, name_),
      result: arg(context, 1),
    };
    return call("_?_:_", [
      call("hasValue", [], target),
      name === "optMap" ? call("optional.of", [bound]) : bound,
      call("optional.none", []),
    ]);
  },
}));

/** `list.sortBy(e, key)`: the keys are computed first, then both lists are sorted together. */
export const SORT_BY_MACRO: Macro = {
  name: "sortBy",
  argCount: 2,
  isMember: true,
  expand(context) {
    const { build, offset, target } = context;
    if (!["select", "ident", "list", "comprehension", "call"].includes(target.kind)) {
      throw new MacroError(
        "sortBy can only be applied to a list, identifier, comprehension, call or select expression",
        build.offsets.get(target.id),
      );
    }
    const keys = fold(
      context,
      [variable(context, 0, "argument is not an identifier")],
      collected(context, undefined, arg(context, 1)),
    );
    return build.call(offset, SORT_BY_KEYS, [keys], target);
  },
};

/** The parts of a fold that differ from macro to macro. */
type Folding = Pick<Comprehension, "initial" | "condition" | "step" | "result">;

function fold(
  { build, offset, target }: MacroContext,
  [first = "", second]: readonly string[],
  folding: Folding,
): Expr {
  return {
    kind: "comprehension",
    id: build.id(offset),
    range: target,
    variable: first,
    secondVariable: second,
    accumulator: ACCUMULATOR,
    ...folding,
  };
}

function has({ build, offset, args }: MacroContext): Expr {
  const [operand] = args;
  if (operand?.kind === "select" && !operand.isTest) {
    return build.select(offset, operand.operand, operand.field, true);
  }
  throw new MacroError("invalid argument to has() macro", operand && build.offsets.get(operand.id));
}

function quantifier({ build, offset, args }: MacroContext, name: string, predicateAt: number): Folding {
  const predicate = args[predicateAt] ?? build.literal(offset, null);
  const accumulator = (): Expr => build.ident(offset, ACCUMULATOR);
  const call = (fn: string, ...operands: readonly Expr[]): Expr => build.call(offset, fn, operands);
  const one = (): Expr => build.literal(offset, 1n);
  switch (name) {
    case "all":
      return {
        initial: build.literal(offset, true),
        condition: call("@not_strictly_false", accumulator()),
        step: call("_&&_", accumulator(), predicate),
        result: accumulator(),
      };
    case "exists":
      return {
        initial: build.literal(offset, false),
        condition: call("@not_strictly_false", call("!_", accumulator())),
        step: call("_||_", accumulator(), predicate),
        result: accumulator(),
      };
    default:
      return {
        initial: build.literal(offset, 0n),
        condition: build.literal(offset, true),
        step: call("_?_:_", predicate, call("_+_", accumulator(), one()), accumulator()),
        result: call("_==_", accumulator(), one()),
      };
  }
}

/** Gathers an element of a list for each turn that passes the filter. */
function collected(context: MacroContext, filterAt: number | undefined, element: Expr): Folding {
  const { build, offset } = context;
  return {
    initial: build.list(offset, []),
    ...filtered(context, filterAt, [build.list(offset, [element])], "_+_"),
  };
}

/** Gathers entries of a map. */
function inserted(context: MacroContext, filterAt: number | undefined, entry: readonly Expr[]): Folding {
  const { build, offset } = context;
  return {
    initial: { kind: "map", id: build.id(offset), entries: [] },
    ...filtered(context, filterAt, entry, MAP_INSERT),
  };
}

function filtered(
  { build, offset, args }: MacroContext,
  filterAt: number | undefined,
  added: readonly Expr[],
  by: string,
): Omit<Folding, "initial"> {
  const accumulator = (): Expr => build.ident(offset, ACCUMULATOR);
  const step = build.call(offset, by, [accumulator(), ...added]);
  const filter = filterAt === undefined ? undefined : args[filterAt];
  return {
    condition: build.literal(offset, true),
    step: filter ? build.call(offset, "_?_:_", [filter, step, accumulator()]) : step,
    result: accumulator(),
  };
}

function variable({ build, args }: MacroContext, index: number, refusal: string): string {
  const expr = args[index];
  const offset = expr && build.offsets.get(expr.id);
  if (expr?.kind !== "ident") throw new MacroError(refusal, offset);
  if (expr.name === "__result__") {
    throw new MacroError("iteration variable overwrites accumulator variable", offset);
  }
  return expr.name;
}

function twoVariables(context: MacroContext): readonly string[] {
  const first = variable(context, 0, NOT_A_NAME);
  const second = variable(context, 1, NOT_A_NAME);
  if (first === second) {
    const expr = context.args[1];
    throw new MacroError(`duplicate variable name: ${first}`, expr && context.build.offsets.get(expr.id));
  }
  return [first, second];
}

function arg({ args, build, offset }: MacroContext, index: number): Expr {
  return args[index] ?? build.literal(offset, null);
}
