import { resolve } from "node:path";

import type { CliContext } from "../context.ts";
import { type ApiObject, itemsOf } from "../objects/api-object.ts";
import type { LoadedObjects } from "../objects/load-objects.ts";
import { throwListed } from "../objects/visit.ts";
import type { ObjectPrinter } from "../printers/object-printer.ts";
import { OBJECT_FORMATS, objectPrinter, templateFile, unknownFormat } from "../printers/print-flags.ts";
import type { GetFlagValues } from "./get-flags.ts";

/** Prints objects whole: one by itself if one was asked for, else all in a List. */
export async function printObjects(
  { objects, errors, isSingle }: LoadedObjects,
  flags: GetFlagValues,
  context: CliContext,
): Promise<void> {
  if (isSingle) throwListed(errors);
  if (objects.length === 0 && flags["ignore-not-found"]) return throwListed(errors);
  const print = await getPrinter(flags, context);
  const only = isSingle && objects.length === 1 ? objects[0]?.object : undefined;
  const items = only ? itemsOf(only) : objects.map(({ object }) => object);
  const sorted = items && flags["sort-by"] !== "" ? await sortedObjects(items, flags["sort-by"]) : items;
  context.stdout.write(print(sorted ? listOf(sorted) : (only ?? {})));
  throwListed(errors);
}

async function sortedObjects(items: readonly ApiObject[], path: string): Promise<readonly ApiObject[]> {
  const { sortedByPath } = await import("../printers/sort-objects.ts");
  return items.length === 0 ? items : sortedByPath(items, (item) => item, path);
}

const listOf = (items: readonly ApiObject[]): ApiObject => ({
  apiVersion: "v1",
  items: [...items],
  kind: "List",
  metadata: { resourceVersion: "" },
});

const GET_FORMATS = [...OBJECT_FORMATS, "custom-columns", "custom-columns-file", "wide"];

/** The printer of `-o`, custom columns included, which only get knows. */
export async function getPrinter(flags: GetFlagValues, context: CliContext): Promise<ObjectPrinter> {
  const printer = (await columnsPrinter(flags, context)) ?? (await objectPrinter(flags, context));
  if (!printer) throw unknownFormat(flags.output, GET_FORMATS);
  return printer;
}

async function columnsPrinter(flags: GetFlagValues, { cwd }: CliContext): Promise<ObjectPrinter | undefined> {
  const match = /^(custom-columns(?:-file)?)(?:=(.*))?$/s.exec(flags.output);
  if (!match) return undefined;
  const { customColumnsFilePrinter, customColumnsPrinter } = await import("../printers/custom-columns.ts");
  const [, format, inline] = match;
  const argument = inline ?? flags.template;
  if (format === "custom-columns" || argument === "")
    return customColumnsPrinter(argument, { noHeaders: flags["no-headers"] });
  return customColumnsFilePrinter(await templateFile(resolve(cwd, argument), argument, "template"));
}
