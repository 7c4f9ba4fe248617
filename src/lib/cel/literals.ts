/** What is written in an expression as a value. */
import type { LiteralValue } from "./ast.ts";
import type { Token } from "./lexer.ts";
import { unescapeBytes, unescapeString } from "./unescape.ts";
import { Uint, type Value } from "./values.ts";

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

/** Undefined for a token that is no literal. */
export function literalOf({ type, text }: Token, sign: string): LiteralValue | { readonly error: string } | undefined {
  switch (type) {
    case "NUM_INT": {
      const value = sign === "-" ? -BigInt(text) : BigInt(text);
      return value < MIN_INT || value > MAX_INT ? { error: "invalid int literal" } : value;
    }
    case "NUM_UINT": {
      const value = BigInt(text.slice(0, -1));
      return value > MAX_UINT ? { error: "invalid uint literal" } : { uint: value };
    }
    case "NUM_FLOAT": {
      const value = Number(sign + text);
      return Number.isFinite(value) ? value : { error: "invalid double literal" };
    }
    case "STRING":
      return unescapeString(text);
    case "BYTES":
      return unescapeBytes(text.slice(1));
    case "'true'":
      return true;
    case "'false'":
      return false;
    case "'null'":
      return null;
    default:
      return undefined;
  }
}

export function valueOfLiteral(value: LiteralValue): Value {
  return typeof value === "object" && value !== null && "uint" in value ? new Uint(value.uint) : value;
}
