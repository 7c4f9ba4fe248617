import { unescaped } from "../go/go-text.ts";
import { type Filter, JsonPathError, type Segment, type Slice, type Step } from "./jsonpath-node.ts";

/** Reads a template of kubectl's JSONPath. Messages are client-go's (util/jsonpath). */
export function parseJsonPath(template: string): readonly Segment[] {
  const actions: Step[][] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf("{", at);
    const text = template.slice(at, open < 0 ? undefined : open);
    if (text !== "") actions.push([{ type: "text", text }]);
    if (open < 0) break;
    const reader = new ActionReader(template, open + 1);
    actions.push(reader.steps());
    at = reader.at;
  }
  return segments(actions.values(), { isInRange: false });
}

function segments(
  actions: IterableIterator<readonly Step[]>,
  { isInRange }: { isInRange: boolean },
): readonly Segment[] {
  const found: Segment[] = [];
  for (let next = actions.next(); !next.done; next = actions.next()) {
    const steps = next.value;
    const [first] = steps;
    if (first?.type === "identifier" && first.name === "range")
      found.push({ type: "range", over: steps.slice(1), body: segments(actions, { isInRange: true }) });
    else if (first?.type === "identifier" && first.name === "end" && isInRange) return found;
    else found.push({ type: "path", steps });
  }
  return found;
}

const TERMINATORS = new Set([" ", "\t", "\r", "\n", ".", ",", "[", "]", "$", "@", "{", "}", undefined]);
const isWordStart = (char: string | undefined): boolean => char !== undefined && /[_\p{L}\p{Nd}]/u.test(char);

/** Reads what stands between braces, from behind the opening one to behind the closing one. */
class ActionReader {
  at: number;
  readonly #text: string;
  readonly #steps: Step[] = [];

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  steps(): Step[] {
    while (!this.#take("}")) this.#readStep();
    return this.#steps;
  }

  #readStep(): void {
    const char = this.#text[this.at];
    if (this.#take("[?(")) this.#steps.push({ type: "filter", filter: this.#filter() });
    else if (this.#text.startsWith("..", this.at)) this.#recursive();
    else if (char === undefined || char === "\r" || char === "\n") throw new JsonPathError("unclosed action");
    else if (char === " " || char === "@" || char === "$") this.at++;
    else if (char === "[") this.#bracket();
    else if (char === '"' || char === "'") this.#quoted(char);
    else if (this.#take(".")) this.#field();
    else if (char === "+" || char === "-" || /\p{Nd}/u.test(char)) this.#number();
    else if (isWordStart(char)) this.#word();
    else {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      throw new JsonPathError(`unrecognized character in action: U+${code} '${char}'`);
    }
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  #recursive(): void {
    if (this.#steps.at(-1)?.type === "recursive") throw new JsonPathError("invalid multiple recursive descent");
    this.at += "..".length;
    this.#steps.push({ type: "recursive" });
    if (isWordStart(this.#text[this.at])) this.#field();
  }

  #field(): void {
    const start = this.at;
    while (!TERMINATORS.has(this.#text[this.at])) this.at += this.#text[this.at] === "\\" ? 2 : 1;
    const name = this.#text.slice(start, this.at);
    this.#steps.push(name === "*" ? { type: "wildcard" } : { type: "field", name: name.replaceAll("\\", "") });
  }

  #word(): void {
    const start = this.at;
    while (!TERMINATORS.has(this.#text[this.at])) this.at++;
    const name = this.#text.slice(start, this.at);
    const isBoolean = name === "true" || name === "false";
    this.#steps.push(isBoolean ? { type: "boolean", value: name === "true" } : { type: "identifier", name });
  }

  #number(): void {
    const [text = ""] = /^[+-]?[.\p{Nd}]*/u.exec(this.#text.slice(this.at)) ?? [];
    this.at += text.length;
    const isInteger = /^[+-]?\d+$/.test(text);
    if (!isInteger && !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new JsonPathError(`cannot parse number ${text}`);
    this.#steps.push({ type: "number", value: Number(text), isInteger });
  }

  #quoted(quote: string): void {
    const start = this.at++;
    for (; this.#text[this.at] !== quote || this.#text[this.at - 1] === "\\"; this.at++) {
      if (this.#text[this.at] === undefined || this.#text[this.at] === "\n")
        throw new JsonPathError("unterminated quoted string");
    }
    this.at++;
    const text = unescaped(this.#text.slice(start + 1, this.at - 1), quote);
    if (text === undefined)
      throw new JsonPathError(`unquote string ${this.#text.slice(start, this.at)} error invalid syntax`);
    this.#steps.push({ type: "text", text });
  }

  #bracket(): void {
    const start = this.at + 1;
    const end = this.#text.indexOf("]", start);
    const inner = this.#text.slice(start, end);
    if (end < 0 || inner.includes("\n")) throw new JsonPathError("unterminated array");
    this.at = end + 1;
    const parts = inner.split(",");
    if (parts.length > 1) {
      const members = parts.map((part) => innerSteps(`[${part.replaceAll(/^ +| +$/g, "")}]`));
      this.#steps.push({ type: "union", members });
      return;
    }
    const key = /^'([^']*)'$/.exec(inner)?.[1];
    if (key === undefined) this.#steps.push({ type: "slice", slice: sliceOf(inner) });
    else this.#steps.push(...innerSteps(`.${key}`));
  }

  /** From behind `[?(`. Brackets inside quotes belong to the text. */
  #filter(): Filter {
    const start = this.at;
    let quote: string | undefined;
    let isQuoted = false;
    for (; ; this.at++) {
      const char = this.#text[this.at];
      if (char === undefined || char === "\n") throw new JsonPathError("unterminated filter");
      if (quote === undefined && (char === '"' || char === "'")) quote = char;
      else if (char === quote && this.#text[this.at - 1] !== "\\") isQuoted = true;
      else if (char === ")" && (quote === undefined || isQuoted)) break;
    }
    const text = this.#text.slice(start, this.at);
    this.at++;
    if (!this.#take("]")) throw new JsonPathError("unclosed array expect ]");
    const [, left = "", operator = "", right = ""] = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text) ?? [];
    if (operator === "") return { left: innerSteps(text), operator: "exists", right: [] };
    return { left: innerSteps(left), operator, right: innerSteps(right) };
  }
}

const innerSteps = (text: string): readonly Step[] => new ActionReader(`${text}}`, 0).steps();

const SLICE = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;

function sliceOf(text: string): Slice {
  const match = SLICE.exec(text === "*" ? ":" : text);
  if (!match) throw new JsonPathError(`invalid array index ${text}`);
  const [, first = "", second, third] = match;
  return {
    start: bound(first),
    end: bound((second ?? "").slice(1)),
    step: bound((third ?? "").slice(1)),
    isIndex: second === undefined,
  };
}

function bound(part: string): number | undefined {
  if (part === "") return undefined;
  if (part === "-") throw new JsonPathError(`array index ${part} is not a number`);
  return Number(part);
}
