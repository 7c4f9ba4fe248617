import { ApiError, expired } from "../../api/api-error.ts";
import { CompactedError, type KeyValue, type RangeResult } from "../../store/store.ts";
import type { ApiRequest, ListAnswer } from "../api-request.ts";
import { continueToken, parseContinueToken } from "../continue-token.ts";
import { listOptions, type ListOptions } from "../list-options.ts";
import type { ObjectStorage } from "../objects/object-storage.ts";
import { checkNotFuture, revisionError } from "../resource-version.ts";
import { selectionOf, type Selection } from "../selection.ts";
import type { ServerContext } from "../server-context.ts";

/** How many objects are looked at in one go when a selector leaves few of them: a page is filled in several goes. */
const SCAN_SIZE = 1000;

export async function list(context: ServerContext, request: ApiRequest): Promise<ListAnswer> {
  const { resource } = request;
  const options = listOptions(request);
  const selection = selectionOf(request);
  const prefix = resource.storage.keyPrefix(selection.namespace);
  const start = await startOf(context, options, prefix);
  const page = await readPage(context, request, selection, options, prefix, start);
  return {
    form: "list",
    resource,
    entries: page.entries,
    metadata: {
      resourceVersion: String(page.revision),
      ...(page.next === undefined
        ? {}
        : {
            continue: continueToken({ revision: page.revision, after: page.next }, prefix),
            // With a selector nobody knows how many of the rest will match.
            ...(selection.isEverything ? { remainingItemCount: page.remaining } : {}),
          }),
    },
  };
}

interface Start {
  /** Undefined: now. */
  readonly revision: number | undefined;
  readonly after: string | undefined;
}

async function startOf(context: ServerContext, options: ListOptions, prefix: string): Promise<Start> {
  if (options.continue !== "") {
    const { revision, after } = parseContinueToken(options.continue, prefix);
    return { revision, after };
  }
  const { resourceVersion } = options;
  if (resourceVersion === undefined || resourceVersion === 0) return { revision: undefined, after: undefined };
  // Kubernetes reads a limited list of a certain version at exactly that version, unless told otherwise.
  const isExact = options.match === "Exact" || (options.match === "" && options.limit !== undefined);
  if (isExact) return { revision: resourceVersion, after: undefined };
  await checkNotFuture(context, resourceVersion);
  return { revision: undefined, after: undefined };
}

interface Page {
  readonly entries: readonly KeyValue[];
  readonly revision: number;
  /** The key the next page starts behind; undefined: this was the last. */
  readonly next: string | undefined;
  readonly remaining: number;
}

async function readPage(
  context: ServerContext,
  { resource }: ApiRequest,
  selection: Selection,
  { limit }: ListOptions,
  prefix: string,
  start: Start,
): Promise<Page> {
  const { storage } = resource;
  const matches = (entry: KeyValue): boolean => selection.matches(storage.read(entry));
  if (selection.name !== undefined) return readOne(context, start, prefix + selection.name, storage, matches);
  if (limit === undefined || selection.isEverything) {
    const { items, revision, remaining } = await range(context, prefix, start, limit, storage);
    const entries = selection.isEverything ? items : items.filter(matches);
    return { entries, revision, remaining, next: remaining > 0 ? items.at(-1)?.key : undefined };
  }

  const entries: KeyValue[] = [];
  let { revision, after } = start;
  for (;;) {
    const scanned = await range(context, prefix, { revision, after }, SCAN_SIZE, storage);
    revision = scanned.revision;
    for (const [index, entry] of scanned.items.entries()) {
      after = entry.key;
      if (!matches(entry)) continue;
      entries.push(entry);
      const isLast = scanned.remaining === 0 && index === scanned.items.length - 1;
      if (entries.length === limit) return { entries, revision, remaining: 0, next: isLast ? undefined : after };
    }
    if (scanned.remaining === 0) return { entries, revision, remaining: 0, next: undefined };
  }
}

async function readOne(
  { store }: ServerContext,
  { revision }: Start,
  key: string,
  storage: ObjectStorage,
  matches: (entry: KeyValue) => boolean,
): Promise<Page> {
  try {
    const entry = await store.get(key, revision === undefined ? {} : { revision });
    await (entry && storage.prepare([entry]));
    const entries = entry && matches(entry) ? [entry] : [];
    return { entries, revision: revision ?? (await store.revision()), remaining: 0, next: undefined };
  } catch (error) {
    throw listError(error, undefined);
  }
}

async function range(
  { store }: ServerContext,
  prefix: string,
  { revision, after }: Start,
  limit: number | undefined,
  storage: ObjectStorage,
): Promise<RangeResult> {
  try {
    const result = await store.range(prefix, {
      ...(revision === undefined ? {} : { revision }),
      ...(after === undefined ? {} : { after }),
      ...(limit === undefined ? {} : { limit }),
    });
    await storage.prepare(result.items);
    return result;
  } catch (error) {
    throw listError(error, after === undefined ? undefined : continueToken({ revision: undefined, after }, prefix));
  }
}

/** A list whose version is forgotten can go on, if the client wants, with what is there now. */
function listError(error: unknown, inconsistentContinue: string | undefined): unknown {
  if (!(error instanceof CompactedError)) return revisionError(error);
  if (inconsistentContinue === undefined) {
    return expired("The resourceVersion for the provided list is too old.");
  }
  const { status } = expired(
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
  );
  return new ApiError({ ...status, metadata: { continue: inconsistentContinue } });
}
