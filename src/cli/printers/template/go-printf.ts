import { goQuoted } from "../../../lib/go/go-quoted.ts";
import { goSyntax, goText } from "../../../lib/go/go-text.ts";
import { isExactInteger } from "../../../lib/json/exact-integer.ts";
import { type TemplateValue, typeName } from "./template-value.ts";

/** Go's fmt.Sprint: spaces come between values of which neither is a string. */
export function goPrint(values: readonly TemplateValue[]): string {
  return values
    .map((value, index) => {
      const before = values[index - 1];
      const needsSpace = index > 0 && typeof value !== "string" && typeof before !== "string";
      return `${needsSpace ? " " : ""}${goText(value)}`;
    })
    .join("");
}

const VERB = /%(?<flags>[-+# 0]*)(?<width>\d+)?(?:\.(?<precision>\d+)?)?(?<verb>[a-zA-Z%])?/g;

/** Go's fmt.Sprintf for the verbs that make sense of JSON. */
export function goPrintf(format: string, args: readonly TemplateValue[]): string {
  let next = 0;
  const text = format.replaceAll(VERB, (...match: unknown[]) => {
    // The last argument of a replacer holds the groups.
    const groups = match.at(-1) as Readonly<Record<string, string | undefined>>;
    const { flags = "", width, precision, verb } = groups;
    if (verb === undefined) return "%!(NOVERB)";
    if (verb === "%") return "%";
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const shown = formatted(verb, args[next++], {
      flags,
      precision: precision === undefined ? undefined : Number(precision),
    });
    return padded(shown, flags, Number(width ?? 0));
  });
  const extra = args.slice(next);
  if (extra.length === 0) return text;
  return `${text}%!(EXTRA ${extra.map((value) => `${typeName(value)}=${goText(value)}`).join(", ")})`;
}

interface Directive {
  readonly flags: string;
  readonly precision: number | undefined;
}

function formatted(verb: string, value: TemplateValue, { flags, precision }: Directive): string {
  const isNumber = typeof value === "number" || isExactInteger(value);
  const isInteger = isExactInteger(value) || (typeof value === "number" && Number.isInteger(value));
  const signed = (text: string): string => (flags.includes("+") && !text.startsWith("-") ? `+${text}` : text);
  switch (verb) {
    case "v":
      return flags.includes("#") ? goSyntax(value) : goText(value);
    case "T":
      return typeName(value);
    case "s":
      if (typeof value === "string")
        return precision === undefined ? value : Array.from(value).slice(0, precision).join("");
      return isNumber || typeof value === "boolean" ? badVerb(verb, value) : goText(value);
    case "q":
      return typeof value === "string" ? goQuoted(value) : badVerb(verb, value);
    case "t":
      return typeof value === "boolean" ? String(value) : badVerb(verb, value);
    case "d":
      return isInteger ? signed(goText(value)) : badVerb(verb, value);
    case "x":
      if (typeof value === "string") return Buffer.from(value).toString("hex");
      return isInteger ? BigInt(goText(value)).toString(16) : badVerb(verb, value);
    case "b":
      return isInteger ? BigInt(goText(value)).toString(2) : badVerb(verb, value);
    case "o":
      return isInteger ? BigInt(goText(value)).toString(8) : badVerb(verb, value);
    case "f":
    case "F":
      return typeof value === "number" && !isInteger ? signed(value.toFixed(precision ?? 6)) : badVerb(verb, value);
    case "g":
      return typeof value === "number" && !isInteger ? signed(goText(value)) : badVerb(verb, value);
    default:
      return badVerb(verb, value);
  }
}

const badVerb = (verb: string, value: TemplateValue): string =>
  value === undefined || value === null ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${goText(value)})`;

function padded(text: string, flags: string, width: number): string {
  const missing = width - Array.from(text).length;
  if (missing <= 0) return text;
  if (flags.includes("-")) return text + " ".repeat(missing);
  if (!flags.includes("0")) return " ".repeat(missing) + text;
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  return sign + "0".repeat(missing) + text.slice(sign.length);
}
