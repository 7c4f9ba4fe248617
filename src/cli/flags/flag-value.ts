import { goDurationMs } from "../../lib/go/go-duration.ts";
import { UserError } from "../../lib/user-error.ts";
import type { Flag } from "./flag.ts";
import { goDurationProblem } from "./go-duration.ts";

/** The value of a flag that was given as `texts`, in order. Messages are pflag's. */
export function flagValue(
  name: string,
  flag: Flag,
  texts: readonly string[],
): boolean | string | number | readonly string[] {
  const last = texts.at(-1);
  if (last === undefined) return flag.default;
  const refuse = (problem: string): never => {
    const shown = flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;
    throw new UserError(`invalid argument ${JSON.stringify(last)} for "${shown}" flag: ${problem}`);
  };
  switch (flag.kind) {
    case "boolean":
      return booleanText(last) ?? refuse(`strconv.ParseBool: parsing ${JSON.stringify(last)}: invalid syntax`);
    case "string":
      return last;
    case "list":
      return texts.flatMap(commaSeparated);
    case "array":
      return texts;
    case "integer":
      return /^[+-]?\d+$/.test(last)
        ? Number(last)
        : refuse(`strconv.ParseInt: parsing ${JSON.stringify(last)}: invalid syntax`);
    case "duration":
      return goDurationMs(last) ?? refuse(goDurationProblem(last));
  }
}

const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/** What pflag takes for a boolean, or undefined. */
export function booleanText(text: string): boolean | undefined {
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}

/** One line of CSV, as pflag reads a list: a value in double quotes may contain commas. */
function commaSeparated(text: string): readonly string[] {
  if (text === "") return [];
  if (!text.includes('"')) return text.split(",");
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}
