import type { Document, Node, Pair, ParsedNode, Scalar } from "yaml";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";

import type { JsonObject, JsonValue } from "../json/json-value.ts";
import { isJsonObject, setKey } from "../json/json-value.ts";
import { resolvedScalar } from "./yaml-scalar.ts";

/** Text that is no YAML, or YAML that JSON cannot express. */
export class YamlError extends Error {
  override readonly name = "YamlError";
  readonly line: number;
  readonly column: number;

  constructor(detail: string, line: number, column: number) {
    super(`yaml: line ${line}, column ${column}: ${detail}`);
    this.line = line;
    this.column = column;
  }
}

export interface DecodedYaml {
  readonly value: JsonValue;
  /** In go-yaml's words: `line 3: key "a" already set in map`. The last value won. */
  readonly duplicates: readonly string[];
}

/**
 * Decodes the first document of a YAML text into the JSON that kubectl and the API server make of it: YAML 1.1, where
 * `yes` and `N` are booleans and 0777 is octal, but dates and `1:30` are text. `resolve` may read scalars otherwise.
 * Throws YamlError.
 */
export function decodeYaml(
  text: string,
  firstLine = 1,
  resolve: (node: Scalar) => JsonValue = resolvedScalar,
): DecodedYaml {
  refuseDepth(text, firstLine);
  const lines = new LineCounter();
  const document = parseDocument(text, { version: "1.1", schema: "failsafe", uniqueKeys: false, lineCounter: lines });
  const reader = new Reader(document, lines, firstLine, resolve);
  const [error] = document.errors;
  if (error) throw reader.errorAt(error.pos[0], GO_WORDING[error.code] ?? error.message.split(" at line ")[0] ?? "");
  return { value: reader.value(document.contents), duplicates: reader.duplicates };
}

/** go-yaml's limit. */
const MAX_DEPTH = 10_000;

/**
 * The parser gives up at its own depth, but only after seconds with a text of nothing but brackets. Brackets within strings are
 * counted too: no text has that many of them open for another reason.
 */
function refuseDepth(text: string, firstLine: number): void {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      if (++depth <= MAX_DEPTH) continue;
      const before = text.slice(0, index).split("\n");
      throw new YamlError("exceeded max depth", before.length + firstLine - 1, (before.at(-1)?.length ?? 0) + 1);
    }
    if ((code === CLOSE_BRACKET || code === CLOSE_BRACE) && depth > 0) depth--;
  }
}

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Where a common mistake has words of go-yaml that users can search for. */
const GO_WORDING: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: "mapping values are not allowed in this context",
  TAB_AS_INDENT: "found character that cannot start any token",
  BAD_INDENT: "did not find expected key",
  MULTILINE_IMPLICIT_KEY: "could not find expected ':'",
  RESOURCE_EXHAUSTION: "exceeded max depth",
};

/** Aliases that blow up a small text: go-yaml's limits (decode.go, allowedAliasRatio). */
const FREE_ALIASED_NODES = 100;
const GENEROUS_NODES = 400_000;
const STRICT_NODES = 4_000_000;

class Reader {
  readonly duplicates: string[] = [];
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #firstLine: number;
  readonly #resolve: (node: Scalar) => JsonValue;
  #nodes = 0;
  #aliasedNodes = 0;
  #aliasDepth = 0;

  constructor(document: Document.Parsed, lines: LineCounter, firstLine: number, resolve: (node: Scalar) => JsonValue) {
    this.#document = document;
    this.#resolve = resolve;
    this.#lines = lines;
    this.#firstLine = firstLine;
  }

  errorAt(offset: number, detail: string): YamlError {
    const { line, col } = this.#lines.linePos(offset);
    return new YamlError(detail, line + this.#firstLine - 1, col);
  }

  value(node: unknown): JsonValue {
    this.#count(node as Node | null);
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (!target) throw this.errorAt(node.range?.[0] ?? 0, `unknown anchor '${node.source}' referenced`);
      this.#aliasDepth++;
      const value = this.value(target);
      this.#aliasDepth--;
      return value;
    }
    if (isScalar(node)) return this.#resolve(node);
    if (isSeq(node)) return node.items.map((item) => this.value(item));
    return isMap(node) ? this.#map(node.items as Pair<ParsedNode, ParsedNode | null>[]) : null;
  }

  #map(pairs: readonly Pair<ParsedNode, ParsedNode | null>[]): JsonObject {
    const object: JsonObject = {};
    const merged: JsonObject[] = [];
    for (const { key, value } of pairs) {
      if (isScalar(key) && key.value === "<<" && key.type === "PLAIN") {
        merged.push(...this.#mergeSources(key, value));
        continue;
      }
      const name = this.#keyOf(key);
      if (Object.hasOwn(object, name)) {
        const line = this.#lines.linePos(key.range[0]).line + this.#firstLine - 1;
        this.duplicates.push(`line ${line}: key ${JSON.stringify(name)} already set in map`);
      }
      setKey(object, name, this.value(value));
    }
    for (const source of merged) {
      for (const [key, value] of Object.entries(source)) if (!Object.hasOwn(object, key)) setKey(object, key, value);
    }
    return object;
  }

  #mergeSources(key: ParsedNode, value: ParsedNode | null): JsonObject[] {
    const source = this.value(value);
    const sources = Array.isArray(source) ? source : [source];
    if (!sources.every(isJsonObject)) {
      throw this.errorAt(key.range[0], "map merge requires map or sequence of maps as the value");
    }
    return sources;
  }

  #keyOf(key: ParsedNode): string {
    const value = this.value(key);
    if (typeof value === "object" && value !== null) {
      throw this.errorAt(key.range[0], "a key must be a scalar: JSON has no other keys");
    }
    return String(value);
  }

  #count(node: Node | null): void {
    this.#nodes++;
    if (this.#aliasDepth > 0) this.#aliasedNodes++;
    if (this.#aliasedNodes <= FREE_ALIASED_NODES) return;
    const strictness = Math.min(Math.max((this.#nodes - GENEROUS_NODES) / (STRICT_NODES - GENEROUS_NODES), 0), 1);
    if (this.#aliasedNodes / this.#nodes > 0.99 - 0.89 * strictness) {
      throw this.errorAt(node?.range?.[0] ?? 0, "document contains excessive aliasing");
    }
  }
}
