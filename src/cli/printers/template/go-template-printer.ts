import { UserError } from "../../../lib/user-error.ts";
import type { ObjectPrinter } from "../object-printer.ts";

export function goTemplatePrinter(source: string, _options: { readonly allowsMissing: boolean }): ObjectPrinter {
  throw new UserError(`Cannot read go-template "${source}": this build has JSONPath only`);
}
