import { UserError } from "../../lib/user-error.ts";

/** The pairs of a flag like `--env a=b,c=d` that may be repeated. A single pair may have commas in its value. */
export function keyValues(name: string, texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.flatMap((text) => pairsIn(text).map((pair) => keyValue(name, text, pair))));
}

function pairsIn(text: string): readonly string[] {
  const equals = text.split("=").length - 1;
  return equals <= 1 ? [text.replace(/^"(.*)"$/s, "$1")] : text.split(",");
}

function keyValue(name: string, text: string, pair: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  if (equals < 0)
    throw new UserError(
      `invalid argument ${JSON.stringify(text)} for "--${name}" flag: ${pair} must be formatted as key=value`,
    );
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}
