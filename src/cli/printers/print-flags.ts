import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { booleanFlag, type FlagValues, stringFlag } from "../flags/flag.ts";
import {
  jsonPrinter,
  kyamlPrinter,
  namePrinter,
  type ObjectPrinter,
  structJsonPrinter,
  withoutManagedFields,
  yamlPrinter,
} from "./object-printer.ts";

/** The flags that choose how objects are printed; every command that prints objects has them. */
export const printFlags = {
  output: stringFlag(
    "Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).",
    { short: "o" },
  ),
  template: stringFlag(
    "Template string or path to template file to use when -o=go-template, -o=go-template-file. The template format is golang templates [http://golang.org/pkg/text/template/#pkg-overview].",
  ),
  "allow-missing-template-keys": booleanFlag(
    "If true, ignore any errors in templates when a field or map key is missing in the template. Only applies to golang and jsonpath output formats.",
    { default: true },
  ),
  "show-managed-fields": booleanFlag("If true, keep the managedFields when printing objects in JSON or YAML format."),
};

export type PrintFlagValues = FlagValues<typeof printFlags>;

export const OBJECT_FORMATS = [
  "go-template",
  "go-template-file",
  "json",
  "jsonpath",
  "jsonpath-as-json",
  "jsonpath-file",
  "kyaml",
  "name",
  "template",
  "templatefile",
  "yaml",
] as const;

/** The printer that `-o` names, or undefined when it names none of the formats for objects. */
export async function objectPrinter(
  flags: PrintFlagValues,
  context: Pick<CliContext, "cwd">,
): Promise<ObjectPrinter | undefined> {
  const keepsManagedFields = flags["show-managed-fields"];
  const filtered = (print: ObjectPrinter): ObjectPrinter => (keepsManagedFields ? print : withoutManagedFields(print));
  // A template without a format is a Go template.
  const output = flags.output === "" && flags.template !== "" ? "go-template" : flags.output;
  switch (output) {
    case "json":
      return filtered(jsonPrinter());
    case "yaml":
      return filtered(yamlPrinter());
    case "kyaml":
      return filtered(kyamlPrinter());
    case "name":
      return namePrinter();
    default:
      return await templatePrinter(output, flags, context);
  }
}

async function templatePrinter(
  output: string,
  flags: PrintFlagValues,
  { cwd }: Pick<CliContext, "cwd">,
): Promise<ObjectPrinter | undefined> {
  const equals = output.indexOf("=");
  const format = equals < 0 ? output : output.slice(0, equals);
  const kind = TEMPLATE_FORMATS[format];
  if (kind === undefined) return undefined;
  const argument = equals < 0 ? flags.template : output.slice(equals + 1);
  if (argument === "") throw new UserError(`template format specified but no template given`);
  const source = kind.isFile ? await templateFile(resolve(cwd, argument), argument) : argument;
  const allowsMissing = flags["allow-missing-template-keys"];
  if (kind.language === "go") {
    const { goTemplatePrinter } = await import("./template/go-template-printer.ts");
    return goTemplatePrinter(source, { allowsMissing });
  }
  const { jsonPathPrinter } = await import("./jsonpath/jsonpath-printer.ts");
  return jsonPathPrinter(source, { allowsMissing, asJson: kind.language === "jsonpath-as-json" });
}

interface TemplateFormat {
  readonly language: "go" | "jsonpath" | "jsonpath-as-json";
  readonly isFile: boolean;
}

const TEMPLATE_FORMATS: Readonly<Record<string, TemplateFormat>> = {
  template: { language: "go", isFile: false },
  templatefile: { language: "go", isFile: true },
  "go-template": { language: "go", isFile: false },
  "go-template-file": { language: "go", isFile: true },
  jsonpath: { language: "jsonpath", isFile: false },
  "jsonpath-file": { language: "jsonpath", isFile: true },
  "jsonpath-as-json": { language: "jsonpath-as-json", isFile: false },
};

export async function templateFile(path: string, shown: string, what = "--template"): Promise<string> {
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? `open ${shown}: no such file or directory` : error.message;
    throw new UserError(`error reading ${what} ${shown}, ${reason}\n`);
  });
}

export function unknownFormat(output: string, formats: readonly string[] = OBJECT_FORMATS): UserError {
  return new UserError(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${formats.toSorted().join(",")}`,
  );
}

/** The printer of a command that changed something: the object as `-o` says, else `pod/web created`. */
export async function operationPrinter(
  flags: PrintFlagValues,
  operation: string,
  context: Pick<CliContext, "cwd">,
): Promise<ObjectPrinter> {
  if (flags.output === "" && flags.template === "") return namePrinter(operation);
  const printer = await objectPrinter(flags, context);
  if (!printer) throw unknownFormat(flags.output);
  return printer;
}

/** The same for objects that were made from flags: their JSON keeps the order in which they were made. */
export async function generatedPrinter(
  flags: PrintFlagValues,
  operation: string,
  context: Pick<CliContext, "cwd">,
): Promise<ObjectPrinter> {
  if (flags.output !== "json" && flags.output !== "kyaml") return await operationPrinter(flags, operation, context);
  const print = flags.output === "json" ? structJsonPrinter() : kyamlPrinter({ sorts: false });
  return flags["show-managed-fields"] ? print : withoutManagedFields(print);
}
