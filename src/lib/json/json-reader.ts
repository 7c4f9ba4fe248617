import { jsonInteger } from "./exact-integer.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import { setKey } from "./json-value.ts";

/** Go's limit; deeper bodies are refused before anything recurses into them. */
export const MAX_DEPTH = 10_000;

export interface DecodedJson {
  readonly value: JsonValue;
  /** Keys that an object has twice, as `spec.replicas`, in the order of the text. The last value won. */
  readonly duplicates: readonly string[];
  /** Every key's path in the order of the text; only made when there are duplicates, to sort them among other findings. */
  readonly paths?: readonly string[];
}

/** Text that is no JSON. The message is the one of Go's encoding/json, which clients see. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
}

/** The careful way through a text: slower than JSON.parse, but it knows duplicate keys, exact integers and Go's errors. */
export function exactJson(text: string): DecodedJson {
  const reader = new Reader(text);
  const value = reader.document();
  return reader.duplicates.length === 0
    ? { value, duplicates: [] }
    : { value, duplicates: reader.duplicates, paths: reader.paths };
}

class Reader {
  readonly duplicates: string[] = [];
  readonly paths: string[] = [];
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value("");
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected("after top-level value");
    return value;
  }

  #value(path: string): JsonValue {
    this.#skipSpace();
    const char = this.#text[this.#at];
    switch (char) {
      case "{":
        return this.#nested(() => this.#object(path));
      case "[":
        return this.#nested(() => this.#array(path));
      case '"':
        return this.#string();
      case "t":
        return this.#literal("true", true);
      case "f":
        return this.#literal("false", false);
      case "n":
        return this.#literal("null", null);
      default:
        if (char !== undefined && (char === "-" || isDigit(char))) return this.#number();
        throw this.#unexpected("looking for beginning of value");
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new JsonSyntaxError("exceeded max depth");
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(path: string): JsonObject {
    const object: JsonObject = {};
    this.#skipSpace();
    if (this.#take("}")) return object;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw this.#unexpected("looking for beginning of object key string");
      const key = this.#string();
      const keyPath = path === "" ? key : `${path}.${key}`;
      if (Object.hasOwn(object, key)) this.duplicates.push(keyPath);
      this.paths.push(keyPath);
      this.#skipSpace();
      if (!this.#take(":")) throw this.#unexpected("after object key");
      setKey(object, key, this.#value(keyPath));
      this.#skipSpace();
      if (this.#take("}")) return object;
      if (!this.#take(",")) throw this.#unexpected("after object key:value pair");
    }
  }

  #array(path: string): JsonValue[] {
    const array: JsonValue[] = [];
    this.#skipSpace();
    if (this.#take("]")) return array;
    for (;;) {
      array.push(this.#value(`${path}[${array.length}]`));
      this.#skipSpace();
      if (this.#take("]")) return array;
      if (!this.#take(",")) throw this.#unexpected("after array element");
    }
  }

  #string(): string {
    const opening = this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char < " ") throw this.#unexpected("in string literal");
      this.#at++;
      if (char === '"') break;
      if (char === "\\") this.#escape();
    }
    const raw = this.#text.slice(opening, this.#at);
    // The escapes were checked above, so this is a string of JSON.
    return raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  }

  #escape(): void {
    const char = this.#text[this.#at];
    if (char === "u") {
      this.#at++;
      for (let digit = 0; digit < 4; digit++, this.#at++) {
        if (!/^[0-9a-fA-F]$/.test(this.#text[this.#at] ?? "")) {
          throw this.#unexpected(String.raw`in \u hexadecimal character escape`);
        }
      }
    } else if (char !== undefined && '"\\/bfnrt'.includes(char)) this.#at++;
    else throw this.#unexpected("in string escape code");
  }

  #number(): JsonValue {
    const start = this.#at;
    this.#take("-");
    if (!this.#take("0")) this.#digits("in numeric literal");
    let isInteger = true;
    if (this.#take(".")) {
      isInteger = false;
      this.#digits("after decimal point in numeric literal");
    }
    if (this.#take("e") || this.#take("E")) {
      isInteger = false;
      if (!this.#take("+")) this.#take("-");
      this.#digits("in exponent of numeric literal");
    }
    const literal = this.#text.slice(start, this.#at);
    return isInteger ? jsonInteger(BigInt(literal)) : Number(literal);
  }

  #digits(context: string): void {
    if (!isDigit(this.#text[this.#at] ?? "")) throw this.#unexpected(context);
    while (isDigit(this.#text[this.#at] ?? "")) this.#at++;
  }

  #literal<T>(word: string, value: T): T {
    for (let index = 0; index < word.length; index++, this.#at++) {
      if (this.#text[this.#at] !== word[index])
        throw this.#unexpected(`in literal ${word} (expecting '${word[index]}')`);
    }
    return value;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char !== " " && char !== "\n" && char !== "\t" && char !== "\r") return;
      this.#at++;
    }
  }

  #unexpected(context: string): JsonSyntaxError {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return new JsonSyntaxError("unexpected end of JSON input");
    return new JsonSyntaxError(`invalid character ${quotedChar(code)} ${context}`);
  }
}

const isDigit = (char: string): boolean => char >= "0" && char <= "9";

/** As Go quotes a byte: what is beyond ASCII shows as the first byte of its UTF-8 form. */
function quotedChar(code: number): string {
  const char = String.fromCodePoint(code);
  if (char === "'") return String.raw`'\''`;
  if (char === '"') return `'"'`;
  if (code < 0x20 && !"\b\f\n\r\t".includes(char)) return `'\\x${code.toString(16).padStart(2, "0")}'`;
  const firstByte = code < 0x80 ? code : (new TextEncoder().encode(char)[0] ?? code);
  return `'${JSON.stringify(String.fromCodePoint(firstByte)).slice(1, -1)}'`;
}
