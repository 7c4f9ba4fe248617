import { unescaped } from "../../../lib/go/go-text.ts";
import { jsonInteger } from "../../../lib/json/exact-integer.ts";
import { templateFunctions } from "./template-functions.ts";
import type { CommandNode, Operand, Pipeline } from "./template-node.ts";
import { parseProblem, type Token } from "./template-tokens.ts";

export interface PipelineContext {
  readonly source: string;
  readonly at: number;
  /** Names that exist here; the pipeline may add its own. */
  readonly variables: string[];
  /** What the pipeline belongs to, for messages. */
  readonly context: string;
}

/** Reads `$x, $y := command | command`. */
export function parseOperandPipeline(tokens: readonly Token[], context: PipelineContext): Pipeline {
  const reader = new PipelineReader(tokens, context);
  const pipeline = reader.pipeline();
  reader.expectEnd();
  return pipeline;
}

class PipelineReader {
  readonly #tokens: readonly Token[];
  readonly #context: PipelineContext;
  #at = 0;

  constructor(tokens: readonly Token[], context: PipelineContext) {
    this.#tokens = tokens;
    this.#context = context;
  }

  pipeline(): Pipeline {
    const at = this.#tokens[this.#at]?.at ?? this.#context.at;
    const declaration = this.#declaration();
    const commands: CommandNode[] = [];
    do commands.push(this.#command());
    while (this.#take("|"));
    for (const name of declaration.assigns ? [] : declaration.variables) this.#context.variables.push(name);
    return { ...declaration, commands, at };
  }

  expectEnd(): void {
    const token = this.#tokens[this.#at];
    if (token) throw this.#problem(token.at, `unexpected ${describe(token)} in ${this.#context.context}`);
  }

  #declaration(): Pick<Pipeline, "variables" | "assigns"> {
    const [first, second, third, fourth] = this.#tokens.slice(this.#at, this.#at + 4);
    if (first?.type !== "variable") return { variables: [], assigns: false };
    const isPair =
      second?.text === "," && third?.type === "variable" && (fourth?.text === ":=" || fourth?.text === "=");
    const operator = isPair ? fourth : second;
    if (operator?.text !== ":=" && operator?.text !== "=") return { variables: [], assigns: false };
    if (isPair && this.#context.context !== "range")
      throw this.#problem(first.at, `too many declarations in ${this.#context.context}`);
    this.#at += isPair ? 4 : 2;
    const variables = isPair ? [first.text, third.text] : [first.text];
    const assigns = operator.text === "=";
    if (assigns) for (const name of variables) this.#checkVariable(name, first.at);
    return { variables, assigns };
  }

  #checkVariable(name: string, at: number): void {
    if (name !== "$" && !this.#context.variables.includes(name))
      throw this.#problem(at, `undefined variable ${JSON.stringify(name)}`);
  }

  #command(): CommandNode {
    const start = this.#tokens[this.#at];
    const operands: Operand[] = [];
    for (
      let token = this.#tokens[this.#at];
      token && token.text !== "|" && token.text !== ")";
      token = this.#tokens[this.#at]
    )
      operands.push(this.#operand(token));
    if (!start || operands.length === 0)
      throw this.#problem(this.#context.at, `missing value for ${this.#context.context}`);
    const last = this.#tokens[this.#at - 1] ?? start;
    return { operands, at: start.at, source: this.#context.source.slice(start.at, last.at + last.text.length) };
  }

  #operand(token: Token): Operand {
    this.#at++;
    const { at, text } = token;
    switch (token.type) {
      case "field":
        return this.#withSource({ type: "field", path: [text.slice(1), ...this.#path()] }, token);
      case "variable":
        this.#checkVariable(text, at);
        return this.#withSource({ type: "variable", name: text, path: this.#path() }, token);
      case "string":
        return { type: "literal", value: this.#string(token), at, source: text };
      case "char":
        return { type: "literal", value: this.#char(token), at, source: text };
      case "number":
        return { type: "literal", value: numberOf(text), at, source: text };
      case "word":
        return this.#word(token);
      case "symbol":
        return this.#symbol(token);
    }
  }

  /** A chain of fields stands, for Go, where its second link does. */
  #withSource(operand: OperandWithPath, first: Token): Operand {
    const last = this.#tokens[this.#at - 1] ?? first;
    const links = operand.type === "field" ? operand.path.length - 1 : operand.path.length;
    const at = links === 0 ? first.at : (this.#tokens[this.#at - links]?.at ?? first.at);
    return { ...operand, at, source: this.#context.source.slice(first.at, last.at + last.text.length) };
  }

  /** Fields that follow without a space. */
  #path(): readonly string[] {
    const path: string[] = [];
    for (
      let token = this.#tokens[this.#at];
      token?.type === "field" && !token.isSpaced;
      token = this.#tokens[this.#at]
    ) {
      path.push(token.text.slice(1));
      this.#at++;
    }
    return path;
  }

  #word({ text, at }: Token): Operand {
    if (text === "true" || text === "false") return { type: "literal", value: text === "true", at, source: text };
    if (text === "nil") return { type: "nil", at, source: text };
    if (!templateFunctions.has(text)) throw this.#problem(at, `function ${JSON.stringify(text)} not defined`);
    return { type: "function", name: text, at, source: text };
  }

  #symbol(token: Token): Operand {
    if (token.text === ".") return { type: "dot", at: token.at, source: "." };
    if (token.text !== "(") throw this.#problem(token.at, `unexpected ${describe(token)} in operand`);
    const pipeline = this.pipeline();
    if (!this.#take(")")) throw this.#problem(token.at, "unclosed left paren");
    return this.#withSource({ type: "pipeline", pipeline, path: this.#path() }, token);
  }

  #string({ text, at }: Token): string {
    if (text.startsWith("`")) return text.slice(1, -1).replaceAll("\r", "");
    const value = unescaped(text.slice(1, -1), '"');
    if (value === undefined) throw this.#problem(at, "invalid syntax");
    return value;
  }

  #char({ text, at }: Token): number {
    const value = unescaped(text.slice(1, -1), "'");
    if (value === undefined || Array.from(value).length !== 1)
      throw this.#problem(at, `malformed character constant: ${text}`);
    return value.codePointAt(0) ?? 0;
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.type !== "symbol" || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #problem(at: number, problem: string): Error {
    return parseProblem(this.#context.source, at, problem);
  }
}

type OperandWithPath =
  | { readonly type: "field"; readonly path: readonly string[] }
  | { readonly type: "variable"; readonly name: string; readonly path: readonly string[] }
  | { readonly type: "pipeline"; readonly pipeline: Pipeline; readonly path: readonly string[] };

const describe = ({ text }: Token): string => (text === "=" || text === "," ? JSON.stringify(text) : `<${text}>`);

function numberOf(text: string): unknown {
  const plain = text.replaceAll("_", "");
  if (!/^[+-]?(?:0[xXbBoO].*|\d+)$/.test(plain)) return Number(plain);
  const magnitude = BigInt(plain.replace(/^[+-]/, ""));
  return jsonInteger(plain.startsWith("-") ? -magnitude : magnitude);
}
