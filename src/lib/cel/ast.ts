/** What a parsed expression consists of. Ids are unique within one expression; its positions and types are kept by id. */
export type Expr = Literal | Ident | Select | Call | ListExpr | MapExpr | StructExpr | Comprehension;

interface Literal {
  readonly kind: "literal";
  readonly id: number;
  readonly value: LiteralValue;
}

/** int is bigint, uint is wrapped, double is number. */
export type LiteralValue = boolean | bigint | number | string | Uint8Array | null | { readonly uint: bigint };

interface Ident {
  readonly kind: "ident";
  readonly id: number;
  readonly name: string;
}

export interface Select {
  readonly kind: "select";
  readonly id: number;
  readonly operand: Expr;
  readonly field: string;
  /** `has(operand.field)`. */
  readonly isTest: boolean;
}

export interface Call {
  readonly kind: "call";
  readonly id: number;
  readonly function: string;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
}

export interface ListExpr {
  readonly kind: "list";
  readonly id: number;
  readonly elements: readonly { readonly value: Expr; readonly isOptional: boolean }[];
}

export interface MapExpr {
  readonly kind: "map";
  readonly id: number;
  readonly entries: readonly { readonly key: Expr; readonly value: Expr; readonly isOptional: boolean }[];
}

export interface StructExpr {
  readonly kind: "struct";
  readonly id: number;
  readonly typeName: string;
  readonly fields: readonly {
    readonly id: number;
    readonly name: string;
    readonly value: Expr;
    readonly isOptional: boolean;
  }[];
}

/** What macros like `all` and `map` become: a fold over a list or map. */
export interface Comprehension {
  readonly kind: "comprehension";
  readonly id: number;
  readonly range: Expr;
  readonly variable: string;
  /** For macros that see key and value. */
  readonly secondVariable: string | undefined;
  readonly accumulator: string;
  readonly initial: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

export interface ParsedExpression {
  readonly root: Expr;
  /** Offsets by id, in code units. */
  readonly offsets: ReadonlyMap<number, number>;
}

/** `a.b.c` when an expression is nothing but names and dots. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === "ident") return expr.name;
  if (expr.kind !== "select" || expr.isTest) return undefined;
  const operand = qualifiedName(expr.operand);
  return operand === undefined ? undefined : `${operand}.${expr.field}`;
}
