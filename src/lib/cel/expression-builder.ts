import type { Expr, LiteralValue } from "./ast.ts";

/** Makes nodes and remembers where each one stands. */
export class ExpressionBuilder {
  readonly offsets = new Map<number, number>();
  #lastId = 0;

  id(offset: number): number {
    this.#lastId += 1;
    this.offsets.set(this.#lastId, offset);
    return this.#lastId;
  }

  literal(offset: number, value: LiteralValue): Expr {
    return { kind: "literal", id: this.id(offset), value };
  }

  ident(offset: number, name: string): Expr {
    return { kind: "ident", id: this.id(offset), name };
  }

  select(offset: number, operand: Expr, field: string, isTest = false): Expr {
    return { kind: "select", id: this.id(offset), operand, field, isTest };
  }

  call(offset: number, name: string, args: readonly Expr[], target?: Expr): Expr {
    return { kind: "call", id: this.id(offset), function: name, target, args };
  }

  list(offset: number, values: readonly Expr[]): Expr {
    return { kind: "list", id: this.id(offset), elements: values.map((value) => ({ value, isOptional: false })) };
  }
}
