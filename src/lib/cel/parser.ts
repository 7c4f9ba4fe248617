import type { Expr, ListExpr, MapExpr, ParsedExpression, StructExpr } from "./ast.ts";
import { ExpressionBuilder } from "./expression-builder.ts";
import { AFTER_OPERAND, EXPRESSION_STARTS, PRODUCTS, RELATIONS, RESERVED, SUMS } from "./grammar.ts";
import { END, type Token, tokenize, type TokenType } from "./lexer.ts";
import { literalOf } from "./literals.ts";
import { type Macro, MacroError } from "./macros.ts";
import { type CelIssue, type CelLocation, locationAt, NO_LOCATION } from "./source.ts";

const MAX_CODE_POINTS = 100_000;
const MAX_DEPTH = 250;

/** Reads an expression; problems are added to `issues`, and then the result is of no use. */
export function parseExpression(
  text: string,
  macros: readonly Macro[],
  issues: CelIssue[],
): ParsedExpression | undefined {
  const size = text.length > MAX_CODE_POINTS ? Array.from(text).length : text.length;
  if (size > MAX_CODE_POINTS) {
    const message = `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}`;
    issues.push({ location: NO_LOCATION, message });
    return undefined;
  }
  const parser = new Parser(text, macros, issues);
  try {
    const root = parser.parse();
    return issues.length === 0 ? { root, offsets: parser.offsets } : undefined;
  } catch (error) {
    if (!(error instanceof Unparsable)) throw error;
    return undefined;
  }
}

/** Ends the parsing; the issue is on the list already. */
class Unparsable extends Error {}

class Parser {
  readonly #text: string;
  readonly #issues: CelIssue[];
  readonly #tokens: readonly Token[];
  readonly #macros: ReadonlyMap<string, Macro>;
  readonly #build = new ExpressionBuilder();
  #position = 0;
  #depth = 0;

  constructor(text: string, macros: readonly Macro[], issues: CelIssue[]) {
    this.#text = text;
    this.#issues = issues;
    this.#macros = new Map(macros.map((macro) => [macroKey(macro.name, macro.argCount, macro.isMember), macro]));
    this.#tokens = tokenize(text, issues);
  }

  get offsets(): ReadonlyMap<number, number> {
    return this.#build.offsets;
  }

  parse(): Expr {
    const root = this.#expression();
    if (this.#current.type !== END) this.#unexpected("<EOF>", END);
    return root;
  }

  get #current(): Token {
    return this.#peek(0);
  }

  #peek(distance: number): Token {
    // The last token is END, and nothing reads beyond it.
    return this.#tokens[Math.min(this.#position + distance, this.#tokens.length - 1)] as Token;
  }

  #take(): Token {
    const token = this.#current;
    this.#position += 1;
    return token;
  }

  #takeIf(type: TokenType): Token | undefined {
    return this.#current.type === type ? this.#take() : undefined;
  }

  /** As ANTLR mends a text: one token too many is skipped, one forgotten is imagined; anything else ends the parsing. */
  #unexpected(expected: string, wanted: TokenType | undefined): void {
    const token = this.#current;
    if (wanted !== undefined && token.type !== END && this.#peek(1).type === wanted) {
      this.#syntaxError(token, `extraneous input '${token.text}' expecting ${expected}`);
      this.#position += 1;
      return;
    }
    if (wanted !== undefined && ["')'", "']'", "'}'"].includes(wanted) && AFTER_OPERAND.has(token.type)) {
      return this.#syntaxError(token, `missing ${wanted} at '${token.text}'`);
    }
    this.#syntaxError(token, `mismatched input '${token.text}' expecting ${expected}`);
    throw new Unparsable();
  }

  #expect(type: TokenType, expected: string = type): Token {
    if (this.#current.type !== type) {
      const before = this.#issues.length;
      this.#unexpected(expected, type);
      if (this.#issues.at(before)?.message.includes("missing")) return this.#current;
    }
    return this.#take();
  }

  #syntaxError({ offset }: Token, message: string): void {
    this.#report(offset, `Syntax error: ${message}`);
  }

  #report(offset: number | undefined, message: string): void {
    const location: CelLocation = offset === undefined ? NO_LOCATION : locationAt(this.#text, offset);
    this.#issues.push({ location, message });
  }

  #nested<T>(parse: () => T): T {
    this.#deepen();
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  #deepen(by = 1): void {
    this.#depth += by;
    if (this.#depth <= MAX_DEPTH) return;
    this.#report(undefined, `expression recursion limit exceeded: ${MAX_DEPTH}`);
    throw new Unparsable();
  }

  #expression(): Expr {
    return this.#nested(() => {
      const condition = this.#logical("'||'", "_||_", () => this.#logical("'&&'", "_&&_", () => this.#relation()));
      const question = this.#takeIf("'?'");
      if (!question) return condition;
      const ifTrue = this.#logical("'||'", "_||_", () => this.#logical("'&&'", "_&&_", () => this.#relation()));
      this.#expect("':'");
      return this.#build.call(question.offset, "_?_:_", [condition, ifTrue, this.#expression()]);
    });
  }

  /** One call with all its terms: long chains stay flat. */
  #logical(operator: TokenType, name: string, operand: () => Expr): Expr {
    const first = operand();
    const terms = [first];
    let offset: number | undefined;
    for (let token = this.#takeIf(operator); token; token = this.#takeIf(operator)) {
      offset ??= token.offset;
      terms.push(operand());
    }
    return offset === undefined ? first : this.#build.call(offset, name, terms);
  }

  #relation(): Expr {
    return this.#leftAssociative(RELATIONS, () =>
      this.#leftAssociative(SUMS, () => this.#leftAssociative(PRODUCTS, () => this.#unary())),
    );
  }

  #leftAssociative(operators: ReadonlySet<TokenType>, operand: () => Expr): Expr {
    let result = operand();
    let length = 0;
    while (operators.has(this.#current.type)) {
      const operator = this.#take();
      this.#deepen();
      length += 1;
      const right = operand();
      const name = operator.text === "in" ? "@in" : `_${operator.text}_`;
      result = this.#build.call(operator.offset, name, [result, right]);
    }
    this.#depth -= length;
    return result;
  }

  #unary(): Expr {
    const { type } = this.#current;
    if (type !== "'!'" && type !== "'-'") return this.#member();
    // A sign before a number belongs to the number.
    if (type === "'-'" && ["NUM_INT", "NUM_FLOAT"].includes(this.#peek(1).type)) return this.#member();
    const first = this.#current;
    let count = 0;
    while (this.#takeIf(type)) count += 1;
    const operand = this.#member();
    return count % 2 === 0 ? operand : this.#build.call(first.offset, type === "'!'" ? "!_" : "-_", [operand]);
  }

  #member(): Expr {
    let result = this.#primary();
    let length = 0;
    for (;;) {
      const dot = this.#takeIf("'.'");
      const bracket = dot ? undefined : this.#takeIf("'['");
      if (!dot && !bracket) break;
      this.#deepen();
      length += 1;
      result = dot ? this.#afterDot(result, dot) : this.#index(result, bracket ?? this.#current);
    }
    this.#depth -= length;
    return result;
  }

  #afterDot(operand: Expr, dot: Token): Expr {
    const isOptional = this.#takeIf("'?'") !== undefined;
    const name = this.#current;
    if (name.type === "ESC_IDENTIFIER") {
      // Kubernetes does not allow names in backquotes.
      this.#report(name.offset, "unsupported syntax: '`'");
      throw new Unparsable();
    }
    if (name.type !== "IDENTIFIER") {
      this.#syntaxError(
        name,
        ["'true'", "'false'", "'null'"].includes(name.type)
          ? `mismatched input '${name.text}' expecting IDENTIFIER`
          : `no viable alternative at input '.${name.type === END ? "" : name.text}'`,
      );
      throw new Unparsable();
    }
    this.#take();
    if (isOptional) {
      return this.#build.call(dot.offset, "_?._", [operand, this.#build.literal(name.offset, name.text)]);
    }
    const open = this.#takeIf("'('");
    if (!open) return this.#build.select(dot.offset, operand, name.text);
    return this.#callOrMacro(open.offset, name.text, this.#arguments(), operand);
  }

  #index(target: Expr, bracket: Token): Expr {
    const isOptional = this.#takeIf("'?'") !== undefined;
    const index = this.#expression();
    this.#expect("']'");
    return this.#build.call(bracket.offset, isOptional ? "_[?_]" : "_[_]", [target, index]);
  }

  #arguments(): readonly Expr[] {
    const args: Expr[] = [];
    if (this.#takeIf("')'")) return args;
    do args.push(this.#expression());
    while (this.#takeIf("','"));
    this.#expect("')'");
    return args;
  }

  #callOrMacro(offset: number, name: string, args: readonly Expr[], target?: Expr): Expr {
    const macro = this.#macros.get(macroKey(name, args.length, target !== undefined));
    try {
      const expanded = macro?.expand({
        build: this.#build,
        offset,
        target: target ?? this.#build.literal(offset, null),
        args,
      });
      if (expanded) return expanded;
    } catch (error) {
      if (!(error instanceof MacroError)) throw error;
      this.#report(error.offset ?? offset, error.message);
    }
    return this.#build.call(offset, name, args, target);
  }

  #primary(): Expr {
    const token = this.#current;
    switch (token.type) {
      case "'('": {
        this.#take();
        const inner = this.#expression();
        this.#expect("')'");
        return inner;
      }
      case "'['":
        return this.#list();
      case "'{'":
        return this.#map();
      case "'.'":
      case "IDENTIFIER":
        return this.#name();
      default:
        return this.#literal();
    }
  }

  #list(): Expr {
    const { offset } = this.#take();
    const id = this.#build.id(offset);
    const elements: ListExpr["elements"][number][] = [];
    while (this.#current.type !== "']'") {
      const isOptional = this.#takeIf("'?'") !== undefined;
      elements.push({ value: this.#expression(), isOptional });
      if (!this.#takeIf("','")) break;
    }
    this.#expect("']'");
    return { kind: "list", id, elements };
  }

  #map(): Expr {
    const { offset } = this.#take();
    const id = this.#build.id(offset);
    const entries: MapExpr["entries"][number][] = [];
    while (this.#current.type !== "'}'") {
      const isOptional = this.#takeIf("'?'") !== undefined;
      const key = this.#expression();
      this.#expect("':'");
      entries.push({ key, value: this.#expression(), isOptional });
      if (!this.#takeIf("','")) break;
    }
    this.#expect("'}'");
    return { kind: "map", id, entries };
  }

  #name(): Expr {
    const start = this.#current;
    const leadingDot = this.#takeIf("'.'") ? "." : "";
    const first = this.#expect("IDENTIFIER");
    const message = this.#messageName(first);
    if (message !== undefined) return this.#struct(leadingDot + message);
    if (RESERVED.has(first.text)) this.#report(start.offset, `reserved identifier: ${first.text}`);
    const open = this.#takeIf("'('");
    const name = leadingDot + first.text;
    return open ? this.#callOrMacro(open.offset, name, this.#arguments()) : this.#build.ident(first.offset, name);
  }

  /** `a.b.C` when an opening brace follows: a message is made. */
  #messageName(first: Token): string | undefined {
    let name = first.text;
    let distance = 0;
    while (this.#peek(distance).type === "'.'" && this.#peek(distance + 1).type === "IDENTIFIER") {
      name += `.${this.#peek(distance + 1).text}`;
      distance += 2;
    }
    if (this.#peek(distance).type !== "'{'") return undefined;
    this.#position += distance;
    return name;
  }

  #struct(typeName: string): Expr {
    const id = this.#build.id(this.#take().offset);
    const fields: StructExpr["fields"][number][] = [];
    while (this.#current.type !== "'}'") {
      const isOptional = this.#takeIf("'?'") !== undefined;
      const name = this.#expect("IDENTIFIER").text;
      const colon = this.#expect("':'");
      fields.push({ id: this.#build.id(colon.offset), name, value: this.#expression(), isOptional });
      if (!this.#takeIf("','")) break;
    }
    this.#expect("'}'");
    return { kind: "struct", id, typeName, fields };
  }

  #literal(): Expr {
    const start = this.#current;
    const sign = this.#takeIf("'-'") ? "-" : "";
    const token = this.#current;
    const value = literalOf(token, sign);
    if (value === undefined) {
      this.#unexpected(EXPRESSION_STARTS, undefined);
      throw new Unparsable();
    }
    this.#take();
    if (typeof value === "object" && value !== null && "error" in value) {
      this.#report(start.offset, value.error);
      return this.#build.literal(start.offset, null);
    }
    return this.#build.literal(start.offset, value);
  }
}

const macroKey = (name: string, argCount: number, isMember: boolean): string => `${name}:${argCount}:${isMember}`;
