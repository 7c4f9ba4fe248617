import { ApiError } from "../../api/api-error.ts";
import { isApiError } from "../../api/api-error.ts";
import { goJson } from "../../lib/json/json-text.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import type { Invocation } from "../kubectl-command.ts";
import { usageError } from "../kubectl-command.ts";
import { type ApiObject, itemsOf, objectIn, textIn } from "../objects/api-object.ts";
import { requestResource, type ResourceAddress, watchResource } from "../objects/resource-requests.ts";
import { type ObjectSource, selectObjects } from "../objects/select-objects.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import { ACCEPT_TABLE, TablePrinter, tableOf } from "../printers/table.ts";
import type { getFlags, GetFlagValues } from "./get-flags.ts";
import { getPrinter } from "./print-objects.ts";
import { asTable, isTableOutput, tableOptions } from "./print-tables.ts";
import { selectionOptions } from "./selection-options.ts";

/** Prints what is there, then every change until the server ends the watch or the user does. */
export async function watchObjects(invocation: Invocation<typeof getFlags>): Promise<void> {
  const { flags, session, context } = invocation;
  warnAboutSorting(flags, (text) => context.stderr.write(text));
  const selection = await selectObjects(session, { ...selectionOptions(invocation), allowsOneTypeOnly: true });
  const [source] = selection.sources;
  if (selection.errors.length > 0) throw selection.errors[0];
  if (!source) throw usageError(invocation, "Required resource not specified.");
  if (selection.sources.length > 1)
    throw new UserError(
      "watch is only supported on individual resources and resource collections - 2 resources were found",
    );
  const transport = await session.transport();
  const accept = isTableOutput(flags) && flags["server-print"] ? ACCEPT_TABLE : undefined;
  const { address, query } = watched(source);
  const show = await eventWriter(flags, invocation);
  const request = { accept, query, signal: context.signal };
  try {
    const state = await requestResource(transport, address, { method: "GET", ...request });
    const isList = source.type === "collection";
    if (!flags["watch-only"]) for (const object of stateObjects(state)) show("ADDED", object);
    const resourceVersion = isList ? textIn(objectIn(state, "metadata"), "resourceVersion") : "0";
    const changes = watchResource(transport, watchAddress(address, isList), {
      ...request,
      query: { ...query, resourceVersion, ...(isList ? {} : { fieldSelector: `metadata.name=${source.name}` }) },
    });
    // A watch of one object begins by telling what is there, which was just shown.
    let isKnown = !isList;
    for await (const { type, object } of changes) {
      // Parse edge: an ERROR frame carries a Status.
      if (type === "ERROR") throw new ApiError(object as unknown as ConstructorParameters<typeof ApiError>[0]);
      if (!isKnown) show(type, object);
      isKnown = false;
    }
  } catch (error) {
    // A watch that is ended by --request-timeout has done what it was asked.
    if (context.signal.aborted || (error instanceof DOMException && error.name === "TimeoutError")) return;
    if (isApiError(error, "NotFound") && flags["ignore-not-found"]) return;
    throw error;
  }
}

function warnAboutSorting(flags: GetFlagValues, write: (text: string) => void): void {
  if (flags["sort-by"] === "") return;
  write(
    flags.watch
      ? "warning: --watch requested, --sort-by will be ignored for watch events received\n"
      : "warning: --watch-only requested, --sort-by will be ignored\n",
  );
}

interface Watched {
  readonly address: ResourceAddress;
  readonly query: Readonly<Record<string, string | undefined>>;
}

function watched(source: ObjectSource): Watched {
  const { mapping, namespace } = source;
  if (source.type !== "collection") return { address: { mapping, namespace, name: source.name }, query: {} };
  const { labelSelector, fieldSelector } = source;
  return {
    address: { mapping, namespace },
    query: { labelSelector: labelSelector || undefined, fieldSelector: fieldSelector || undefined },
  };
}

/** One object is watched as the collection in which only it has that name. */
const watchAddress = (address: ResourceAddress, isList: boolean): ResourceAddress =>
  isList ? address : { ...address, name: undefined };

const stateObjects = (state: ApiObject): readonly ApiObject[] => {
  const items = itemsOf(state);
  if (!items) return [state];
  const apiVersion = textIn(state, "apiVersion");
  const kind = textIn(state, "kind").replace(/List$/, "");
  return items.map((item) => (item["kind"] === undefined ? { ...item, apiVersion, kind } : item));
};

type ShowEvent = (type: string, object: ApiObject) => void;

type EventPrinter = (type: string, object: ApiObject) => string;

async function plainPrinter(flags: GetFlagValues, context: CliContext): Promise<EventPrinter> {
  const print = await getPrinter(flags, context);
  return (_, object) => print(object);
}

/** An event as JSON takes one line, with its type first; a name is that of the object. */
async function eventPrinter(flags: GetFlagValues, context: CliContext): Promise<EventPrinter> {
  if (flags.output === "name") return await plainPrinter(flags, context);
  if (flags.output === "json") return (type, object) => `{"type":${JSON.stringify(type)},"object":${goJson(object)}}\n`;
  const print = await getPrinter(flags, context);
  return (type, object) => print({ object, type });
}

async function eventWriter(flags: GetFlagValues, { context }: Invocation<typeof getFlags>): Promise<ShowEvent> {
  const showsEvents = flags["output-watch-events"];
  if (!isTableOutput(flags)) {
    const print = showsEvents ? await eventPrinter(flags, context) : await plainPrinter(flags, context);
    return (type, object) => void context.stdout.write(print(type, object));
  }
  const printer = new TablePrinter({ ...tableOptions(flags), withNamespace: flags["all-namespaces"] });
  const writer = new TabWriter((text) => context.stdout.write(text));
  return (type, object) => {
    const table = tableOf(object) ?? asTable(object, context.clock);
    writer.write(printer.lines(table, showsEvents ? type : undefined));
    writer.flush();
  };
}
