import { goQuoted } from "../../../lib/go/go-quoted.ts";
import { goText } from "../../../lib/go/go-text.ts";
import { goJson } from "../../../lib/json/json-text.ts";
import { UserError } from "../../../lib/user-error.ts";
import type { ObjectPrinter } from "../object-printer.ts";
import { executeTemplate, type TemplateOptions } from "./execute-template.ts";
import { parseTemplate } from "./parse-template.ts";
import { type ParsedTemplate, TemplateError } from "./template-node.ts";

/** `-o go-template=...`: what the template makes of the object, with no line break at the end. */
export function goTemplatePrinter(source: string, options: TemplateOptions): ObjectPrinter {
  const template = parsedTemplate(source);
  return (object) => {
    try {
      return executeTemplate(template, object, options);
    } catch (error) {
      if (error instanceof TemplateError) throw executionError(source, error.message, object);
      throw error;
    }
  };
}

function parsedTemplate(source: string): ParsedTemplate {
  try {
    return parseTemplate(source);
  } catch (error) {
    if (error instanceof TemplateError) throw new UserError(`error parsing template ${source}, ${error.message}\n`);
    throw error;
  }
}

/** Help for debugging goes to the standard output, as with kubectl. */
function executionError(source: string, message: string, object: unknown): UserError {
  return new UserError(`error executing template ${goQuoted(source)}: ${message}`, {
    output: [
      `Error executing template: ${message}. Printing more information for debugging the template:`,
      `\ttemplate was:\n\t\t${source}`,
      `\traw data was:\n\t\t${goJson(object)}`,
      `\tobject given to template engine was:\n\t\t${goText(object)}\n\n`,
    ].join("\n"),
  });
}
