import { parseOperandPipeline } from "./parse-pipeline.ts";
import type { ParsedTemplate, Pipeline, TemplateNode } from "./template-node.ts";
import { parseProblem, type TemplatePart, templateParts, type Token } from "./template-tokens.ts";

/** Reads a template of Go's text/template. */
export function parseTemplate(source: string): ParsedTemplate {
  const parser = new Parser(source);
  const { nodes, ended } = parser.nodes([]);
  if (ended) throw parseProblem(source, ended.at, `unexpected {{${ended.word}}}`);
  return { root: nodes, definitions: parser.definitions, source };
}

interface Block {
  readonly nodes: readonly TemplateNode[];
  /** The `end` or `else` that closed it; undefined at the end of the source. */
  readonly ended: BlockEnd | undefined;
}

interface BlockEnd {
  readonly word: string;
  /** What stands behind `else`. */
  readonly rest: readonly Token[];
  readonly at: number;
}

class Parser {
  readonly definitions = new Map<string, readonly TemplateNode[]>();
  readonly #source: string;
  readonly #parts: readonly TemplatePart[];
  #at = 0;
  #loops = 0;

  constructor(source: string) {
    this.#source = source;
    this.#parts = templateParts(source);
  }

  /** Up to the `end` or `else` that belongs to this block. Variables live as long as their block. */
  nodes(outer: readonly string[]): Block {
    const nodes: TemplateNode[] = [];
    const variables = [...outer];
    for (let part = this.#parts[this.#at]; part; part = this.#parts[this.#at]) {
      this.#at++;
      if (part.type === "text") {
        nodes.push({ type: "text", text: part.text });
        continue;
      }
      const [first, ...rest] = part.tokens;
      if (!first) throw parseProblem(this.#source, part.at, "missing value for command");
      if (first.type === "word" && (first.text === "end" || first.text === "else"))
        return { nodes, ended: { word: first.text, rest, at: part.at } };
      const node = this.#node(first, { rest, tokens: part.tokens, at: part.at }, variables);
      if (node) nodes.push(node);
    }
    return { nodes, ended: undefined };
  }

  #node(
    first: Token,
    { rest, tokens, at }: { readonly rest: readonly Token[]; readonly tokens: readonly Token[]; readonly at: number },
    variables: string[],
  ): TemplateNode | undefined {
    if (first.type === "word") {
      switch (first.text) {
        case "if":
        case "with":
        case "range":
          return this.#control(first.text, rest, { at, variables });
        case "define":
          this.#define(rest, at);
          return undefined;
        case "block":
          return this.#block(rest, { at, variables });
        case "template":
          return this.#template(rest, { at, variables });
        case "break":
        case "continue":
          if (this.#loops === 0) throw parseProblem(this.#source, at, `{{${first.text}}} outside {{range}}`);
          return { type: first.text };
        default:
      }
    }
    return { type: "action", pipeline: this.#pipeline(tokens, { at, variables, context: "command" }) };
  }

  #pipeline(
    tokens: readonly Token[],
    { at, variables, context }: { readonly at: number; readonly variables: string[]; readonly context: string },
  ): Pipeline {
    return parseOperandPipeline(tokens, { source: this.#source, at, variables, context });
  }

  #control(
    type: "if" | "with" | "range",
    tokens: readonly Token[],
    { at, variables }: { readonly at: number; readonly variables: readonly string[] },
  ): TemplateNode {
    const inner = [...variables];
    const pipeline = this.#pipeline(tokens, { at, variables: inner, context: type });
    if (type === "range") this.#loops++;
    const { nodes: body, ended } = this.nodes(inner);
    if (type === "range") this.#loops--;
    return { type, pipeline, body, otherwise: this.#otherwise(type, ended, inner) };
  }

  #otherwise(type: string, ended: BlockEnd | undefined, variables: readonly string[]): readonly TemplateNode[] {
    if (!ended) throw parseProblem(this.#source, this.#source.length, "unexpected EOF");
    if (ended.word === "end") return [];
    const [next, ...rest] = ended.rest;
    // `{{else if}}` is an if inside the else, without an end of its own.
    if (next && (next.text === "if" || next.text === "with") && type === next.text)
      return [this.#control(next.text, rest, { at: ended.at, variables })];
    const { nodes, ended: last } = this.nodes(variables);
    if (!last) throw parseProblem(this.#source, this.#source.length, "unexpected EOF");
    if (last.word !== "end") throw parseProblem(this.#source, last.at, `expected end; found {{${last.word}}}`);
    return nodes;
  }

  #define(tokens: readonly Token[], at: number): void {
    const name = this.#name(tokens[0], at, "define clause");
    const { nodes, ended } = this.nodes([]);
    if (ended?.word !== "end") throw parseProblem(this.#source, at, "unexpected EOF");
    this.definitions.set(name, nodes);
  }

  #block(
    tokens: readonly Token[],
    { at, variables }: { readonly at: number; readonly variables: string[] },
  ): TemplateNode {
    const name = this.#name(tokens[0], at, "block clause");
    const pipeline = this.#pipeline(tokens.slice(1), { at, variables, context: "block clause" });
    this.#define(tokens, at);
    return { type: "template", name, pipeline, at };
  }

  #template(
    tokens: readonly Token[],
    { at, variables }: { readonly at: number; readonly variables: string[] },
  ): TemplateNode {
    const name = this.#name(tokens[0], at, "template clause");
    const rest = tokens.slice(1);
    const pipeline =
      rest.length === 0 ? undefined : this.#pipeline(rest, { at, variables, context: "template clause" });
    return { type: "template", name, pipeline, at };
  }

  #name(token: Token | undefined, at: number, context: string): string {
    if (token?.type !== "string")
      throw parseProblem(this.#source, at, `unexpected ${JSON.stringify(token?.text ?? "}}")} in ${context}`);
    return token.text.slice(1, -1);
  }
}
