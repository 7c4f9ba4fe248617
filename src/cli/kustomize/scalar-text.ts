import { Scalar } from "yaml";

import { goNumber } from "../../lib/go/go-number.ts";
import { isExactInteger } from "../../lib/json/exact-integer.ts";
import type { JsonValue } from "../../lib/json/json-value.ts";
import { resolvedScalar } from "../../lib/yaml/yaml-scalar.ts";

/** kustomize reads YAML 1.2, in which these are words, and numbers as YAML 1.1 has them. */
const PLAIN_WORDS = /^(?:y|yes|n|no|on|off)$/i;

/** What a scalar of a manifest means. */
export const plainScalar = (node: Scalar): JsonValue =>
  node.type === "PLAIN" && PLAIN_WORDS.test(String(node.value)) ? String(node.value) : resolvedScalar(node);

/** What a scalar without quotes means. */
export function scalarOfPlainText(text: string): JsonValue {
  const node = new Scalar(text);
  node.type = "PLAIN";
  return plainScalar(node);
}

/** A scalar as it stands in YAML; of a list or an object, nothing. */
export function scalarText(value: JsonValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return goNumber(value);
  if (isExactInteger(value)) return value.text;
  return value === null || typeof value === "boolean" ? String(value) : "";
}

export const isScalar = (value: JsonValue | undefined): boolean =>
  value !== undefined && value !== null && (typeof value !== "object" || isExactInteger(value));

/** Another text in the place of a scalar: text stays text, and anything else is what the new text means. */
export const rewritten = (old: JsonValue | undefined, text: string): JsonValue =>
  typeof old === "string" ? text : scalarOfPlainText(text);
