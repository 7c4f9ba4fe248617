import type { TemplateValue } from "./template-value.ts";

/** What a template is made of. `at` is where it stands in the source, for messages. */
export type TemplateNode =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "action"; readonly pipeline: Pipeline }
  | {
      readonly type: "if" | "with" | "range";
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly type: "template"; readonly name: string; readonly pipeline: Pipeline | undefined; readonly at: number }
  | { readonly type: "break" | "continue" };

/** Commands, each taking the result of the one before as its last argument; the end may be kept in variables. */
export interface Pipeline {
  readonly variables: readonly string[];
  /** `=` changes a variable that exists, `:=` makes one. */
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
  readonly at: number;
}

export interface CommandNode {
  readonly operands: readonly Operand[];
  readonly at: number;
  readonly source: string;
}

export type Operand = { readonly at: number; readonly source: string } & (
  | { readonly type: "dot" }
  | { readonly type: "nil" }
  | { readonly type: "literal"; readonly value: TemplateValue }
  | { readonly type: "field"; readonly path: readonly string[] }
  | { readonly type: "variable"; readonly name: string; readonly path: readonly string[] }
  | { readonly type: "function"; readonly name: string }
  | { readonly type: "pipeline"; readonly pipeline: Pipeline; readonly path: readonly string[] }
);

export interface ParsedTemplate {
  readonly root: readonly TemplateNode[];
  readonly definitions: ReadonlyMap<string, readonly TemplateNode[]>;
  readonly source: string;
}

/** A template that cannot be read or carried out; the message is Go's. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

export const TEMPLATE_NAME = "output";
