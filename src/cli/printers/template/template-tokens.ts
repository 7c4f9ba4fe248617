import { TEMPLATE_NAME, TemplateError } from "./template-node.ts";

/** Text between actions, or the tokens of one action. */
export type TemplatePart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "action"; readonly tokens: readonly Token[]; readonly at: number };

export interface Token {
  readonly type: "word" | "field" | "variable" | "string" | "char" | "number" | "symbol";
  readonly text: string;
  readonly at: number;
  /** A space came before: `.a.b` is one operand, `.a .b` are two. */
  readonly isSpaced: boolean;
}

export function lineOf(source: string, at: number): number {
  return source.slice(0, at).split("\n").length;
}

export function parseProblem(source: string, at: number, problem: string): TemplateError {
  return new TemplateError(`template: ${TEMPLATE_NAME}:${lineOf(source, at)}: ${problem}`);
}

/** Takes a template apart. Trim markers are carried out; comments are left out. */
export function templateParts(source: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  let trimsLeft = false;
  while (at < source.length) {
    const open = source.indexOf("{{", at);
    const end = open < 0 ? source.length : open;
    const trimsRight = open >= 0 && /^\{\{-\s/.test(source.slice(open, open + 4));
    let text = source.slice(at, end);
    if (trimsLeft) text = text.trimStart();
    if (trimsRight) text = text.trimEnd();
    if (text !== "") parts.push({ type: "text", text });
    if (open < 0) break;
    const action = readAction(source, open + (trimsRight ? 3 : 2));
    if (action.tokens) parts.push({ type: "action", tokens: action.tokens, at: open + 2 });
    trimsLeft = action.trims;
    at = action.end;
  }
  return parts;
}

interface ReadAction {
  /** Undefined for a comment. */
  readonly tokens: readonly Token[] | undefined;
  readonly trims: boolean;
  readonly end: number;
}

const COMMENT = /\s*\/\*[\s\S]*?\*\/(\s-)?\}\}/y;

const TOKEN =
  /(?<space>[ \t\r\n]+)|(?<close>-?\}\})|(?<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?<char>'(?:[^'\\\n]|\\.)+')|(?<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))|(?<field>\.[\p{L}_][\p{L}\p{Nd}_]*)|(?<variable>\$[\p{L}\p{Nd}_]*)|(?<word>[\p{L}_][\p{L}\p{Nd}_]*)|(?<symbol>:=|[=|(),.])/uy;

function readAction(source: string, start: number): ReadAction {
  COMMENT.lastIndex = start;
  const comment = COMMENT.exec(source);
  if (comment) return { tokens: undefined, trims: comment[1] !== undefined, end: COMMENT.lastIndex };
  const tokens: Token[] = [];
  let isSpaced = true;
  for (let at = start; ;) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(source)?.groups;
    if (!groups) throw parseProblem(source, at, unreadable(source, at));
    const [type, text] = Object.entries(groups).find(([, found]) => found !== undefined) ?? ["space", ""];
    at = TOKEN.lastIndex;
    if (type === "close" && (text === "}}" || isSpaced)) return { tokens, trims: text === "-}}", end: at };
    if (type === "space") isSpaced = true;
    else {
      // The names of the groups are those of the types.
      tokens.push({ type: type as Token["type"], text, at: at - text.length, isSpaced });
      isSpaced = false;
    }
  }
}

function unreadable(source: string, at: number): string {
  const char = source[at];
  if (char === undefined) return "unclosed action";
  if (char === '"') return "unterminated quoted string";
  if (char === "`") return "unterminated raw quoted string";
  if (char === "'") return "unterminated character constant";
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return char === "}"
    ? `unexpected "}" in operand`
    : `unexpected unrecognized character in action: U+${code} '${char}' in command`;
}
