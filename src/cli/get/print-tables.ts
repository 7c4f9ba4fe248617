import { humanDuration } from "../../api/duration-text.ts";
import type { CliContext } from "../context.ts";
import { groupResource, kindPrefix, type ResourceMapping } from "../discovery/resource-mapping.ts";
import type { ApiObject } from "../objects/api-object.ts";
import type { LoadedObject, LoadedObjects } from "../objects/load-objects.ts";
import type { ObjectSelection } from "../objects/select-objects.ts";
import { throwListed } from "../objects/visit.ts";
import { sortedByPath } from "../printers/sort-objects.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import { nameAndAgeTable, type Table, tableOf, type TableOptions, TablePrinter } from "../printers/table.ts";
import type { GetFlagValues } from "./get-flags.ts";

/** Tables are the default, and `-o wide`. */
export function isTableOutput({ output, template }: GetFlagValues): boolean {
  return (output === "" && template === "") || output === "wide";
}

export function tableOptions(flags: GetFlagValues): Omit<TableOptions, "withNamespace"> {
  return {
    wide: flags.output === "wide",
    noHeaders: flags["no-headers"],
    showLabels: flags["show-labels"],
    labelColumns: flags["label-columns"],
  };
}

/** What the server sent as a table, or for a server that makes none a table of name and age. */
export function asTable(object: ApiObject, clock: CliContext["clock"]): Table {
  return tableOf(object) ?? nameAndAgeTable([object], (timestamp) => ageText(timestamp, clock));
}

function ageText(timestamp: string, clock: CliContext["clock"]): string {
  return timestamp === "" ? "<unknown>" : humanDuration(clock.now() - Date.parse(timestamp));
}

interface TableOutput {
  readonly flags: GetFlagValues;
  readonly context: CliContext;
  readonly namespace: string;
  readonly selection: ObjectSelection;
}

/** Prints one table per resource type, with an empty line between; then fails if something could not be had. */
export function printTables(
  { objects, errors }: LoadedObjects,
  options: Omit<TableOptions, "withNamespace">,
  { flags, context, namespace, selection }: TableOutput,
): void {
  const kinds = new Set(objects.map(({ mapping }) => mapping));
  const printsKind = flags["show-kind"] || kinds.size > 1;
  let hasWritten = false;
  let needsSeparator = false;
  const writer = new TabWriter((text) => {
    if (needsSeparator) context.stdout.write("\n");
    needsSeparator = false;
    hasWritten = true;
    context.stdout.write(text);
  });
  let printer: TablePrinter | undefined;
  let last: ResourceMapping | undefined;
  for (const { mapping, object } of objects) {
    if (!printer || !last || groupResource(last) !== groupResource(mapping)) {
      writer.flush();
      writer.forgetWidths();
      if (last && !flags["no-headers"] && hasWritten) needsSeparator = true;
      const withNamespace = flags["all-namespaces"] && mapping.namespaced;
      printer = new TablePrinter({
        ...options,
        withNamespace,
        kindPrefix: printsKind ? kindPrefix(mapping) : undefined,
      });
      last = mapping;
    }
    writer.write(printer.lines(sortedTable(asTable(object, context.clock), flags["sort-by"])));
  }
  writer.flush();
  if (!hasWritten && !flags["ignore-not-found"] && errors.length === 0)
    context.stderr.write(nothingFound(selection, objects, flags, namespace));
  throwListed(errors);
}

function sortedTable(table: Table, path: string): Table {
  return path === "" ? table : { ...table, rows: sortedByPath(table.rows, (row) => row.object, path) };
}

function nothingFound(
  { sources }: ObjectSelection,
  objects: readonly LoadedObject[],
  flags: GetFlagValues,
  namespace: string,
): string {
  const mappings = objects.length > 0 ? objects.map(({ mapping }) => mapping) : sources.map(({ mapping }) => mapping);
  const isNamespaced = !flags["all-namespaces"] && mappings.every(({ namespaced }) => namespaced);
  return isNamespaced ? `No resources found in ${namespace} namespace.\n` : "No resources found\n";
}
