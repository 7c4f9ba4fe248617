import { ComparisonError } from "../../../lib/go/go-compare.ts";
import { goQuoted } from "../../../lib/go/go-quoted.ts";
import { goSyntax, goText } from "../../../lib/go/go-text.ts";
import { isExactInteger } from "../../../lib/json/exact-integer.ts";
import { goJson } from "../../../lib/json/json-text.ts";
import { jsonPathResults } from "../../../lib/jsonpath/evaluate-jsonpath.ts";
import { JsonPathError, type Segment } from "../../../lib/jsonpath/jsonpath-node.ts";
import { parseJsonPath } from "../../../lib/jsonpath/parse-jsonpath.ts";
import { UserError } from "../../../lib/user-error.ts";
import type { ObjectPrinter } from "../object-printer.ts";

/** `-o jsonpath=...`: what the template's paths find, with nothing between and no line break at the end. */
export function jsonPathPrinter(
  template: string,
  options: { readonly allowsMissing: boolean; readonly asJson: boolean },
): ObjectPrinter {
  const parsed = parsedTemplate(template);
  return (object) => {
    try {
      const results = jsonPathResults(parsed, object, options);
      return results.map(options.asJson ? jsonText : plainText).join("");
    } catch (error) {
      if (!(error instanceof JsonPathError) && !(error instanceof ComparisonError)) throw error;
      throw new UserError(
        `error executing jsonpath ${goQuoted(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n` +
          `\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`,
      );
    }
  };
}

function parsedTemplate(template: string): readonly Segment[] {
  try {
    return parseJsonPath(template);
  } catch (error) {
    if (error instanceof JsonPathError) throw new UserError(`error parsing jsonpath ${template}, ${error.message}`);
    throw error;
  }
}

const plainText = (values: readonly unknown[]): string => values.map(valueText).join(" ");

const jsonText = (values: readonly unknown[]): string => `${goJson(values, "    ")}\n`;

/** Objects and lists as JSON, everything else as it is. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return typeof value === "object" && !isExactInteger(value) ? goJson(value) : goText(value);
}
