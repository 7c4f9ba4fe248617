import type { Scalar } from "yaml";

import { jsonInteger } from "../json/exact-integer.ts";
import type { JsonValue } from "../json/json-value.ts";

/** go-yaml's table of plain words (resolve.go). */
const WORDS = new Map<string, JsonValue>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
]);

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;

/** What a scalar means: quoted and block text is text, plain words are read as go-yaml reads YAML 1.1. */
export function resolvedScalar(node: Scalar): JsonValue {
  // With the failsafe schema every value is the text of the node.
  const text = String(node.value);
  if (node.tag === "!!binary") return Buffer.from(text, "base64").toString();
  if (node.tag === "!!str" || node.tag === "tag:yaml.org,2002:str") return text;
  return node.type === "PLAIN" ? plainValue(text) : text;
}

function plainValue(text: string): JsonValue {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  const mayBeNumber = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  return mayBeNumber ? (numberValue(text.replaceAll("_", "")) ?? text) : text;
}

function numberValue(text: string): JsonValue | undefined {
  const integer = INTEGER.exec(text);
  if (integer) {
    const [, sign = "", digits = ""] = integer;
    const isOldOctal = /^0[0-7]+$/.test(digits);
    const magnitude = BigInt(isOldOctal ? `0o${digits.slice(1)}` : digits.toLowerCase());
    return jsonInteger(sign === "-" ? -magnitude : magnitude);
  }
  return FLOAT.test(text) ? Number(text) : undefined;
}
