import { type CelIssue, locationAt } from "./source.ts";

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  /** In code units. */
  readonly offset: number;
}

/** Literals and names by their class; operators and words by their own text, in quotes, as messages show them. */
export type TokenType = string;

const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
const ESCAPED_IDENTIFIER = /`[A-Za-z0-9_.\-/ ]+`/y;
const SPACE = /(?:[\t \r\n\f]|\/\/[^\n]*)+/y;
const FLOAT = /[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?/y;
const UINT = /0x[0-9a-fA-F]+[uU]|[0-9]+[uU]/y;
const INT = /0x[0-9a-fA-F]+|[0-9]+/y;
const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?${"`"}]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`;
const STRING_FORMS = [
  `[rR]"""[^]*?"""`,
  `[rR]'''[^]*?'''`,
  String.raw`[rR]"(?!"")[^"\n\r]*"`,
  String.raw`[rR]'(?!'')[^'\n\r]*'`,
  String.raw`"""(?:${ESCAPE}|[^\\])*?"""`,
  String.raw`'''(?:${ESCAPE}|[^\\])*?'''`,
  String.raw`"(?:${ESCAPE}|[^\\"\n\r])*"`,
  String.raw`'(?:${ESCAPE}|[^\\'\n\r])*'`,
].join("|");
const STRING = new RegExp(STRING_FORMS, "y");
const BYTES = new RegExp(`[bB](?:${STRING_FORMS})`, "y");
const OPERATOR = /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y;
const UNFINISHED_STRING = /["'][^\n\r]*/y;
const WORDS: ReadonlySet<string> = new Set(["in", "true", "false", "null"]);

export const END: TokenType = "<EOF>";

/** Cuts an expression into tokens; what is no token is reported and left out. */
export function tokenize(text: string, issues: CelIssue[]): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    return pattern.exec(text)?.[0];
  };
  const next = (): { type: TokenType | undefined; text: string } => {
    const literal = match(BYTES) ?? match(STRING);
    if (literal !== undefined) return { type: /^[bB]/.test(literal) ? "BYTES" : "STRING", text: literal };
    const name = match(IDENTIFIER);
    if (name !== undefined) return { type: WORDS.has(name) ? `'${name}'` : "IDENTIFIER", text: name };
    const float = match(FLOAT);
    if (float !== undefined) return { type: "NUM_FLOAT", text: float };
    const uint = match(UINT);
    if (uint !== undefined) return { type: "NUM_UINT", text: uint };
    const int = match(INT);
    if (int !== undefined) return { type: "NUM_INT", text: int };
    const operator = match(OPERATOR);
    if (operator !== undefined) return { type: `'${operator}'`, text: operator };
    const escaped = match(ESCAPED_IDENTIFIER);
    if (escaped !== undefined) return { type: "ESC_IDENTIFIER", text: escaped };
    return { type: undefined, text: unrecognized() };
  };
  const unrecognized = (): string => {
    const quoted = match(UNFINISHED_STRING);
    if (quoted !== undefined) return quoted;
    const first = String.fromCodePoint(text.codePointAt(offset) ?? 0);
    // These begin an operator of two characters: the second one is read before it turns out wrong.
    if (!["=", "&", "|"].includes(first)) return first;
    const second = text.codePointAt(offset + 1);
    return second === undefined ? first : first + String.fromCodePoint(second);
  };
  for (;;) {
    offset += match(SPACE)?.length ?? 0;
    if (offset >= text.length) break;
    const token = next();
    if (token.type === undefined) {
      issues.push({
        location: locationAt(text, offset),
        message: `Syntax error: token recognition error at: '${escaped(token.text)}'`,
      });
    } else {
      tokens.push({ type: token.type, text: token.text, offset });
    }
    offset += token.text.length;
  }
  tokens.push({ type: END, text: END, offset: text.length });
  return tokens;
}

const escaped = (text: string): string =>
  text
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\t", String.raw`\t`)
    .replaceAll("\r", String.raw`\r`);
