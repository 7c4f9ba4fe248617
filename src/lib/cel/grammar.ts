/** The sets of tokens and words by which expressions are read. */
import { END, type TokenType } from "./lexer.ts";

export const RESERVED: ReadonlySet<string> = new Set([
  "as",
  "break",
  "const",
  "continue",
  "else",
  "false",
  "for",
  "function",
  "if",
  "import",
  "in",
  "let",
  "loop",
  "package",
  "namespace",
  "null",
  "return",
  "true",
  "var",
  "void",
  "while",
]);

export const RELATIONS: ReadonlySet<TokenType> = new Set(["'<'", "'<='", "'>='", "'>'", "'=='", "'!='", "'in'"]);
export const SUMS: ReadonlySet<TokenType> = new Set(["'+'", "'-'"]);
export const PRODUCTS: ReadonlySet<TokenType> = new Set(["'*'", "'/'", "'%'"]);
export const EXPRESSION_STARTS =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
/** What may stand where a closing bracket was forgotten. */
export const AFTER_OPERAND: ReadonlySet<TokenType> = new Set([
  ...RELATIONS,
  ...SUMS,
  ...PRODUCTS,
  "'&&'",
  "'||'",
  "'?'",
  "':'",
  "','",
  "'.'",
  "'['",
  "')'",
  "']'",
  "'}'",
  END,
]);
