import { goText } from "../../../lib/go/go-text.ts";
import { byteOrder } from "../../../lib/json/json-text.ts";
import { isJsonObject } from "../../../lib/json/json-value.ts";
import { FunctionError, templateFunctions } from "./template-functions.ts";
import {
  type CommandNode,
  type Operand,
  type ParsedTemplate,
  type Pipeline,
  TEMPLATE_NAME,
  TemplateError,
  type TemplateNode,
} from "./template-node.ts";
import { lineOf } from "./template-tokens.ts";
import { isTrue, type TemplateValue, typeName } from "./template-value.ts";

export interface TemplateOptions {
  /** A missing key is printed as `<no value>` instead of being an error. */
  readonly allowsMissing: boolean;
}

/** Carries a template out on some data. Throws TemplateError with Go's message and the place in the template. */
export function executeTemplate(template: ParsedTemplate, data: TemplateValue, options: TemplateOptions): string {
  const execution = new Execution(template, options);
  execution.run(template.root, data, new Scope(data));
  return execution.text;
}

/** Variables of a block; inner blocks see those of outer ones and may change them. */
class Scope {
  readonly #values = new Map<string, TemplateValue>();
  readonly #outer: Scope | undefined;

  constructor(root: TemplateValue, outer?: Scope) {
    this.#outer = outer;
    if (!outer) this.#values.set("$", root);
  }

  get(name: string): TemplateValue {
    return this.#values.has(name) || !this.#outer ? this.#values.get(name) : this.#outer.get(name);
  }

  declare(name: string, value: TemplateValue): void {
    this.#values.set(name, value);
  }

  assign(name: string, value: TemplateValue): void {
    if (this.#values.has(name) || !this.#outer) this.#values.set(name, value);
    else this.#outer.assign(name, value);
  }

  inner(): Scope {
    return new Scope(undefined, this);
  }
}

type Flow = "next" | "break" | "continue";

/** Go refuses deeper templates that call themselves. */
const MAX_DEPTH = 1000;

class Execution {
  text = "";
  readonly #template: ParsedTemplate;
  readonly #options: TemplateOptions;
  #depth = 0;

  constructor(template: ParsedTemplate, options: TemplateOptions) {
    this.#template = template;
    this.#options = options;
  }

  run(nodes: readonly TemplateNode[], dot: TemplateValue, scope: Scope): Flow {
    for (const node of nodes) {
      const flow = this.#step(node, dot, scope);
      if (flow !== "next") return flow;
    }
    return "next";
  }

  #step(node: TemplateNode, dot: TemplateValue, scope: Scope): Flow {
    switch (node.type) {
      case "text":
        this.text += node.text;
        return "next";
      case "action": {
        const value = this.#pipeline(node.pipeline, dot, scope);
        if (node.pipeline.variables.length === 0)
          this.text += value === undefined || value === null ? "<no value>" : goText(value);
        return "next";
      }
      case "if":
      case "with": {
        const inner = scope.inner();
        const value = this.#pipeline(node.pipeline, dot, inner);
        if (!isTrue(value)) return this.run(node.otherwise, dot, inner);
        return this.run(node.body, node.type === "with" ? value : dot, inner);
      }
      case "range":
        return this.#range(node, dot, scope);
      case "template":
        return this.#call(node, dot, scope);
      case "break":
      case "continue":
        return node.type;
    }
  }

  #range(node: TemplateNode & { readonly type: "if" | "with" | "range" }, dot: TemplateValue, scope: Scope): Flow {
    const outer = scope.inner();
    const value = this.#pipeline({ ...node.pipeline, variables: [] }, dot, outer);
    const entries = this.#entries(value, node.pipeline);
    if (entries.length === 0) return this.run(node.otherwise, dot, outer);
    const { variables, assigns } = node.pipeline;
    for (const [key, item] of entries) {
      const inner = outer.inner();
      const set = (name: string, to: TemplateValue): void =>
        assigns ? inner.assign(name, to) : inner.declare(name, to);
      const [first, second] = variables;
      if (first !== undefined) set(first, second === undefined ? item : key);
      if (second !== undefined) set(second, item);
      if (this.run(node.body, item, inner) === "break") break;
    }
    return "next";
  }

  #entries(value: TemplateValue, { at, commands }: Pipeline): readonly (readonly [TemplateValue, TemplateValue])[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return [...value.entries()];
    if (isJsonObject(value)) return Object.entries(value).toSorted(([left], [right]) => byteOrder(left, right));
    if (typeof value === "number" && Number.isInteger(value))
      return Array.from({ length: Math.max(0, value) }, (_, index) => [index, index] as const);
    const source = commands.map((command) => command.source).join(" | ");
    throw this.#problem(at, source, `range can't iterate over ${goText(value)}`);
  }

  #call(node: TemplateNode & { readonly type: "template" }, dot: TemplateValue, scope: Scope): Flow {
    const body = this.#template.definitions.get(node.name);
    if (!body)
      throw this.#problem(
        node.at,
        `{{template ${JSON.stringify(node.name)}}}`,
        `template ${JSON.stringify(node.name)} not defined`,
      );
    if (this.#depth >= MAX_DEPTH) throw this.#problem(node.at, node.name, "exceeded maximum template depth (1000)");
    const data = node.pipeline ? this.#pipeline(node.pipeline, dot, scope) : undefined;
    this.#depth++;
    this.run(body, data, new Scope(data));
    this.#depth--;
    return "next";
  }

  #pipeline(pipeline: Pipeline, dot: TemplateValue, scope: Scope): TemplateValue {
    let value: TemplateValue;
    for (const [index, command] of pipeline.commands.entries())
      value = this.#command(command, { dot, scope, final: index === 0 ? [] : [value] });
    for (const name of pipeline.variables) {
      if (pipeline.assigns) scope.assign(name, value);
      else scope.declare(name, value);
    }
    return value;
  }

  #command(command: CommandNode, { dot, scope, final }: CommandContext): TemplateValue {
    const [first, ...rest] = command.operands;
    if (!first) return undefined;
    if (first.type === "function") return this.#function(first.name, command, { dot, scope, final }, rest);
    if (rest.length > 0 || final.length > 0) {
      const isField = first.type === "field" || first.type === "variable";
      throw this.#problem(
        first.at,
        command.source,
        isField
          ? `${first.path.at(-1) ?? first.source} is not a method but has arguments`
          : `can't give argument to non-function ${first.source}`,
      );
    }
    return this.#operand(first, dot, scope);
  }

  #function(
    name: string,
    command: CommandNode,
    { dot, scope, final }: CommandContext,
    operands: readonly Operand[],
  ): TemplateValue {
    const known = templateFunctions.get(name);
    if (!known) throw this.#problem(command.at, command.source, `${JSON.stringify(name)} is not a defined function`);
    const count = operands.length + final.length;
    if (count < known.least || count > known.most) {
      const wanted = known.most === Infinity ? `at least ${known.least}` : String(known.most);
      throw this.#problem(command.at, name, `wrong number of args for ${name}: want ${wanted} got ${count}`);
    }
    if (name === "and" || name === "or") return this.#shortCircuit(name, operands, { dot, scope, final });
    const args = [...operands.map((operand) => this.#operand(operand, dot, scope)), ...final];
    try {
      return known.call(args);
    } catch (error) {
      if (error instanceof FunctionError)
        throw this.#problem(command.at, command.source, `error calling ${name}: ${error.message}`);
      throw error;
    }
  }

  /** Operands behind the one that decides are not looked at. */
  #shortCircuit(
    name: "and" | "or",
    operands: readonly Operand[],
    { dot, scope, final }: CommandContext,
  ): TemplateValue {
    let value: TemplateValue;
    for (const operand of operands) {
      value = this.#operand(operand, dot, scope);
      if (isTrue(value) === (name === "or")) return value;
    }
    return final.length > 0 ? final[0] : value;
  }

  #operand(operand: Operand, dot: TemplateValue, scope: Scope): TemplateValue {
    switch (operand.type) {
      case "dot":
        return dot;
      case "nil":
        throw this.#problem(operand.at, "nil", "nil is not a command");
      case "literal":
        return operand.value;
      case "field":
        return this.#path(dot, operand.path, operand);
      case "variable":
        return this.#path(scope.get(operand.name), operand.path, operand);
      case "function":
        return this.#function(
          operand.name,
          { operands: [operand], at: operand.at, source: operand.source },
          { dot, scope, final: [] },
          [],
        );
      case "pipeline":
        return this.#path(this.#pipeline(operand.pipeline, dot, scope), operand.path, operand);
    }
  }

  #path(value: TemplateValue, path: readonly string[], operand: Operand): TemplateValue {
    return path.reduce((current: TemplateValue, key) => this.#field(current, key, operand), value);
  }

  #field(value: TemplateValue, key: string, { at, source }: Operand): TemplateValue {
    if (isJsonObject(value)) {
      if (Object.hasOwn(value, key)) return value[key];
      if (!this.#options.allowsMissing)
        throw this.#problem(at, source, `map has no entry for key ${JSON.stringify(key)}`);
      return undefined;
    }
    if (value !== undefined && value !== null)
      throw this.#problem(
        at,
        source,
        `can't evaluate field ${key} in type ${Array.isArray(value) ? typeName(value) : "interface {}"}`,
      );
    if (!this.#options.allowsMissing)
      throw this.#problem(at, source, `nil data; no entry for key ${JSON.stringify(key)}`);
    return undefined;
  }

  #problem(at: number, source: string, problem: string): TemplateError {
    const text = this.#template.source;
    const column =
      Buffer.byteLength(text.slice(text.lastIndexOf("\n", at - 1) + 1, at)) +
      (text.lastIndexOf("\n", at - 1) < 0 ? 0 : 1);
    return new TemplateError(
      `template: ${TEMPLATE_NAME}:${lineOf(text, at)}:${column}: executing ${JSON.stringify(TEMPLATE_NAME)} at <${source}>: ${problem}`,
    );
  }
}

interface CommandContext {
  readonly dot: TemplateValue;
  readonly scope: Scope;
  /** The result of the command before in the pipeline, if there is one. */
  readonly final: readonly TemplateValue[];
}
