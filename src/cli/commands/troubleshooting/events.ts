import { events as eventType } from "../../../api/resources.ts";
import type { Event } from "../../../api/types/core-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { NoResourceTypeError } from "../../discovery/resource-mapper.ts";
import { apiVersionOfMapping } from "../../discovery/resource-mapping.ts";
import { eventHeader, eventLine, lastSeenAt } from "../../events/event-lines.ts";
import { booleanFlag, listFlag, stringFlag } from "../../flags/flag.ts";
import { allNamespacesFlag, chunkSizeFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { type ApiObject, textIn } from "../../objects/api-object.ts";
import { loadObjects } from "../../objects/load-objects.ts";
import { watchResource } from "../../objects/resource-requests.ts";
import type { ObjectCollection } from "../../objects/select-objects.ts";
import { throwAll } from "../../objects/visit.ts";
import { objectPrinter, printFlags, unknownFormat } from "../../printers/print-flags.ts";
import { TabWriter } from "../../printers/tab-writer.ts";

const eventsFlags = {
  ...printFlags,
  "all-namespaces": allNamespacesFlag,
  "chunk-size": chunkSizeFlag,
  for: stringFlag("Filter events to only those pertaining to the specified resource."),
  "no-headers": booleanFlag("When using the default output format, don't print headers."),
  types: listFlag("Output only events of given types."),
  watch: booleanFlag("After listing the requested events, watch for more events.", { short: "w" }),
};

type EventsInvocation = Invocation<typeof eventsFlags>;

export const eventsCommand = kubectlCommand({
  usage: "[(-o|--output=)FORMAT] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
  flags: eventsFlags,
  examples: `  kube events                                what happened in the namespace, the latest last
  kube events -A --types=Warning             what went wrong anywhere
  kube events --for pod/web-0 --watch        of one object, and what comes`,
  run: events,
});

async function events(invocation: EventsInvocation): Promise<void> {
  const { flags, session, context } = invocation;
  const collection = await wantedEvents(invocation);
  const print = await eventPrinter(invocation);
  for (const type of flags.types)
    if (!["normal", "warning"].includes(type.toLowerCase())) throw new UserError("valid --types are Normal or Warning");
  if (flags.watch) return await watchEvents(collection, print, invocation);
  const { objects, errors } = await loadObjects(
    await session.transport(),
    { sources: [collection], errors: [], isSingle: false },
    { chunkSize: flags["chunk-size"] },
  );
  throwAll(errors);
  const found = objects.map(({ object }) => object).filter((event) => isWanted(event, flags.types));
  if (found.length === 0) {
    const { namespace } = await session.target();
    context.stderr.write(
      flags["all-namespaces"] ? "No events found.\n" : `No events found in ${namespace} namespace.\n`,
    );
    return;
  }
  const sorted = found.toSorted((left, right) => lastSeenAt(asEvent(left)) - lastSeenAt(asEvent(right)));
  print({ kind: "EventList", apiVersion: "v1", metadata: {}, items: sorted });
}

async function wantedEvents({ flags, session }: EventsInvocation): Promise<ObjectCollection> {
  const { namespace } = await session.target();
  const mapper = await session.mapper();
  return {
    type: "collection",
    mapping: mapper.kindFor(apiVersionOfMapping(eventType), eventType.kind) ?? mapper.resourceFor("events"),
    namespace: flags["all-namespaces"] ? "" : namespace,
    labelSelector: undefined,
    fieldSelector: flags.for === "" ? undefined : await regarding(flags.for, session),
  };
}

async function regarding(text: string, session: EventsInvocation["session"]): Promise<string> {
  const [type = "", name, ...more] = text.split("/");
  if (more.length > 0) throw new UserError("arguments in resource/name form may not have more than one slash");
  if (name === undefined) throw new UserError("--for must be in resource/name form");
  const mapper = await session.mapper();
  const mapping = mapper.findResource(type.toLowerCase());
  if (!mapping) throw new NoResourceTypeError(type.toLowerCase(), mapper);
  return [
    `involvedObject.kind=${mapping.kind}`,
    `involvedObject.apiVersion=${apiVersionOfMapping(mapping)}`,
    `involvedObject.name=${name}`,
  ].join(",");
}

/** Prints events, one or a list of them, as a table or as `-o` says. */
async function eventPrinter({ flags, context }: EventsInvocation): Promise<(events: ApiObject) => void> {
  if (flags.output !== "") {
    const print = await objectPrinter(flags, context);
    if (!print) throw unknownFormat(flags.output);
    return (event) => void context.stdout.write(print(event));
  }
  const writer = new TabWriter((text) => void context.stdout.write(text));
  const withNamespace = flags["all-namespaces"];
  let isFirst = true;
  return (event) => {
    if (isFirst && !flags["no-headers"]) writer.write(eventHeader({ withNamespace }));
    isFirst = false;
    const items = Array.isArray(event["items"]) ? event["items"] : [event];
    for (const item of items) writer.write(eventLine(asEvent(item), { withNamespace, now: context.clock.now() }));
    writer.flush();
  };
}

async function watchEvents(
  { mapping, namespace, fieldSelector }: ObjectCollection,
  print: (event: ApiObject) => void,
  { flags, session, context }: EventsInvocation,
): Promise<void> {
  try {
    const frames = watchResource(
      await session.transport(),
      { mapping, namespace },
      { query: { fieldSelector }, signal: context.signal },
    );
    for await (const { type, object } of frames) {
      // Events are deleted when they are old; that says nothing of what happened.
      if (type !== "DELETED" && type !== "ERROR" && isWanted(object, flags.types)) print(object);
    }
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
}

const isWanted = (event: ApiObject, types: readonly string[]): boolean =>
  types.length === 0 || types.some((type) => type.toLowerCase() === textIn(event, "type").toLowerCase());

// Parse edge: the server answers with events under this path.
const asEvent = (object: unknown): Event => object as Event;
