/**
 * The grammar of label selectors in text, with upstream's messages (apimachinery/pkg/labels/selector.go):
 * `key`, `!key`, `key=value`, `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`, `key>1`, `key<1`, joined by commas.
 */
import type { LabelOperator, LabelRequirement } from "./label-selector.ts";
import { labelKeyProblems, labelValueProblems } from "./names.ts";

export type ParsedRequirements = { readonly requirements: readonly LabelRequirement[] } | { readonly problem: string };

export function parseLabelRequirements(text: string): ParsedRequirements {
  try {
    return { requirements: new Parser(tokens(text)).requirements() };
  } catch (error) {
    if (error instanceof SyntaxProblem) return { problem: error.message };
    throw error;
  }
}

/** Leaves the recursive descent; never leaves this file. */
class SyntaxProblem extends Error {}

type Token =
  | { readonly type: "identifier" | "keyword" | "symbol"; readonly text: string }
  | { readonly type: "end"; readonly text: "" };

const SYMBOLS: readonly string[] = [")", ",", "!", "==", "=", ">", "<", "!=", "("];
const TOKEN = /[ \t\r\n]*(?:([=!(),<>]+)|([^ \t\r\n=!(),<>]+))/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  // A zero byte ends the text for upstream's lexer.
  const source = text.split("\0", 1)[0] ?? "";
  TOKEN.lastIndex = 0;
  let position = 0;
  for (;;) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(source);
    if (!match) break;
    const [whole, symbols, word] = match;
    if (word !== undefined) {
      found.push({ type: word === "in" || word === "notin" ? "keyword" : "identifier", text: word });
      position += whole.length;
      continue;
    }
    const token = symbolAt(symbols ?? "");
    found.push(token);
    position += whole.length - (symbols ?? "").length + token.text.length;
  }
  return [...found, { type: "end", text: "" }];
}

/** The longest symbol at the start of a run of them. */
function symbolAt(run: string): Token {
  const symbol = SYMBOLS.find((each) => each.length === 2 && run.startsWith(each)) ?? run.slice(0, 1);
  return { type: "symbol", text: symbol };
}

const OPERATORS: ReadonlyMap<string, LabelOperator> = new Map([
  ["in", "in"],
  ["notin", "notin"],
  ["=", "="],
  ["==", "=="],
  ["!=", "!="],
  [">", "gt"],
  ["<", "lt"],
]);

const END: Token = { type: "end", text: "" };

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  requirements(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    for (;;) {
      const token = this.#next();
      if (token.type === "end") return requirements;
      if (!isValue(token) && !isSymbol(token, "!")) {
        throw new SyntaxProblem(`found '${token.text}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.#requirement());
      const separator = this.#take();
      if (separator.type === "end") return requirements;
      if (!isSymbol(separator, ",")) {
        throw new SyntaxProblem(`found '${separator.text}', expected: ',' or 'end of string'`);
      }
      const following = this.#next();
      if (!isValue(following) && !isSymbol(following, "!")) {
        throw new SyntaxProblem(`found '${following.text}', expected: identifier after ','`);
      }
    }
  }

  #requirement(): LabelRequirement {
    const isNegated = isSymbol(this.#next(), "!");
    if (isNegated) this.#take();
    const key = this.#take();
    if (!isValue(key)) throw requirementProblem(`found '${key.text}', expected: identifier`);
    const keyProblems = labelKeyProblems(key.text);
    if (keyProblems.length > 0) throw requirementProblem(invalidText("<nil>", key.text, keyProblems));
    if (isNegated) return { key: key.text, operator: "!", values: [] };
    const following = this.#next();
    if (following.type === "end" || isSymbol(following, ",")) return { key: key.text, operator: "exists", values: [] };
    const operator = this.#operator();
    const values = operator === "in" || operator === "notin" ? this.#list() : [this.#exactValue()];
    return checked({ key: key.text, operator, values: [...new Set(values)].toSorted() });
  }

  #operator(): LabelOperator {
    const token = this.#take();
    const operator = OPERATORS.get(token.text);
    if (operator) return operator;
    throw requirementProblem(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  #exactValue(): string {
    const next = this.#next();
    if (next.type === "end" || isSymbol(next, ",")) return "";
    const token = this.#take();
    if (isValue(token)) return token.text;
    throw requirementProblem(`found '${token.text}', expected: identifier`);
  }

  #list(): string[] {
    const open = this.#take();
    if (!isSymbol(open, "(")) throw requirementProblem(`found '${open.text}' expected: '('`);
    const first = this.#next();
    if (isSymbol(first, ")")) {
      this.#take();
      return [""];
    }
    if (!isValue(first) && !isSymbol(first, ",")) {
      throw requirementProblem(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    const values: string[] = [];
    for (;;) {
      const token = this.#take();
      if (isValue(token)) {
        values.push(token.text);
        const next = this.#next();
        if (isSymbol(next, ")")) break;
        if (!isSymbol(next, ",")) throw requirementProblem(`found '${next.text}', expected: ',' or ')'`);
      } else if (isSymbol(token, ",")) {
        // `(,a)`, `(a,,b)` and `(a,)` name the empty value.
        if (values.length === 0) values.push("");
        const next = this.#next();
        if (isSymbol(next, ",") || isSymbol(next, ")")) values.push("");
        if (isSymbol(next, ")")) break;
      } else {
        throw requirementProblem(`found '${token.text}', expected: ',', or identifier`);
      }
    }
    this.#take();
    return values;
  }

  #next(): Token {
    return this.#tokens[this.#position] ?? END;
  }

  #take(): Token {
    const token = this.#next();
    this.#position++;
    return token;
  }
}

/** `in` and `notin` are words like any other where no operator can stand. */
const isValue = (token: Token): boolean => token.type === "identifier" || token.type === "keyword";

const isSymbol = (token: Token, text: string): boolean => token.type === "symbol" && token.text === text;

function checked(requirement: LabelRequirement): LabelRequirement {
  const { key, operator, values } = requirement;
  const problems: string[] = [];
  if (operator === "gt" || operator === "lt") {
    values.forEach((value, index) => {
      if (!/^[-+]?[0-9]+$/.test(value)) {
        problems.push(
          invalidText(`values[${index}]`, value, ["for 'Gt', 'Lt' operators, the value must be an integer"]),
        );
      }
    });
  }
  values.forEach((value, index) => {
    const valueProblems = labelValueProblems(value);
    if (valueProblems.length > 0) problems.push(invalidText(`values[${index}][${key}]`, value, valueProblems));
  });
  if (problems.length === 0) return requirement;
  throw requirementProblem(problems.length === 1 ? (problems[0] ?? "") : `[${problems.join(", ")}]`);
}

const invalidText = (path: string, value: string, problems: readonly string[]): string =>
  `${path}: Invalid value: ${JSON.stringify(value)}: ${problems.join("; ")}`;

const requirementProblem = (problem: string): SyntaxProblem =>
  new SyntaxProblem(`unable to parse requirement: ${problem}`);
