import { ApiError, isApiError } from "../../api/api-error.ts";
import { namespaces } from "../../api/resources.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import { type ApiObject, itemsOf, objectIn, textIn } from "./api-object.ts";
import { type Query, requestResource } from "./resource-requests.ts";
import type { NamedObject, ManifestEntry, ObjectCollection, ObjectSelection } from "./select-objects.ts";

/** An object as the server has it, or one page of a collection as a table. */
export interface LoadedObject {
  readonly mapping: ResourceMapping;
  /** Empty for cluster-wide objects, and for pages of collections over all namespaces. */
  readonly namespace: string;
  /** Empty for pages. */
  readonly name: string;
  readonly object: ApiObject;
  readonly source: string;
}

export interface LoadedObjects {
  readonly objects: readonly LoadedObject[];
  readonly errors: readonly unknown[];
  readonly isSingle: boolean;
}

export interface LoadOptions {
  /** With a table asked for, a page of a collection is one loaded object. */
  readonly accept?: string | undefined;
  readonly query?: Query | undefined;
  readonly subresource?: string | undefined;
  readonly chunkSize?: number | undefined;
  readonly ignoresNotFound?: boolean | undefined;
}

const DEFAULT_CHUNK_SIZE = 500;

/** Gets all that a selection names. What cannot be had is among the errors; the rest is there. */
export async function loadObjects(
  transport: HttpsTransport,
  selection: ObjectSelection,
  options: LoadOptions = {},
): Promise<LoadedObjects> {
  const results = await Promise.allSettled(
    selection.sources.map(async (source) =>
      source.type === "collection"
        ? await loadCollection(transport, source, options)
        : [await loadNamed(transport, source, options)],
    ),
  );
  const objects: LoadedObject[] = [];
  const errors: unknown[] = [...selection.errors];
  for (const result of results) {
    if (result.status === "fulfilled") objects.push(...result.value);
    else if (!(options.ignoresNotFound && isApiError(result.reason, "NotFound"))) errors.push(result.reason);
  }
  return { objects, errors, isSingle: selection.isSingle };
}

async function loadNamed(
  transport: HttpsTransport,
  entry: NamedObject | ManifestEntry,
  { accept, query, subresource }: LoadOptions,
): Promise<LoadedObject> {
  const { mapping, namespace, name } = entry;
  const source = entry.type === "manifest" ? entry.source : "";
  const object = await requestResource(
    transport,
    { mapping, namespace, name, subresource },
    { method: "GET", accept, query },
  ).catch(async (error: unknown) => {
    if (source !== "" && isApiError(error, "NotFound") && !["", "default"].includes(namespace))
      await requestResource(transport, { mapping: namespaces, namespace: "", name: namespace }, { method: "GET" });
    throw error;
  });
  return { mapping, namespace, name, object, source };
}

/** Page by page, so that a huge collection does not come as one answer. */
async function loadCollection(
  transport: HttpsTransport,
  collection: ObjectCollection,
  options: LoadOptions,
): Promise<readonly LoadedObject[]> {
  const { mapping, namespace, labelSelector, fieldSelector } = collection;
  const { accept, chunkSize = DEFAULT_CHUNK_SIZE } = options;
  const found: LoadedObject[] = [];
  let next: string | undefined;
  do {
    const query = {
      ...options.query,
      // A page that follows is of the version of the first.
      ...(next === undefined ? {} : { resourceVersion: undefined, resourceVersionMatch: undefined }),
      labelSelector: labelSelector || undefined,
      fieldSelector: fieldSelector || undefined,
      limit: chunkSize > 0 ? String(chunkSize) : undefined,
      continue: next,
    };
    // oxlint-disable-next-line no-await-in-loop -- a page names the next one
    const page = await requestResource(transport, { mapping, namespace }, { method: "GET", accept, query }).catch(
      (error: unknown) => {
        throw withSelectors(error, collection);
      },
    );
    const items = itemsOf(page);
    if (items) found.push(...items.map((item) => loadedItem(item, mapping, page)));
    else found.push({ mapping, namespace, name: "", object: page, source: "" });
    next = textIn(objectIn(page, "metadata"), "continue") || undefined;
  } while (next !== undefined);
  return found;
}

/** A refusal of a list says what was looked for. */
function withSelectors(error: unknown, { mapping, labelSelector = "", fieldSelector = "" }: ObjectCollection): unknown {
  if (!isApiError(error, "BadRequest") && !isApiError(error, "NotFound")) return error;
  const { group, version, resource } = mapping;
  const type = JSON.stringify(`${group}/${version}, Resource=${resource}`);
  const message =
    labelSelector === "" && fieldSelector === ""
      ? `Unable to list ${type}: ${error.message}`
      : `Unable to find ${type} that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}: ${error.message}`;
  return new ApiError({ ...error.status, message });
}

/** Items of a list do not carry their type on the wire. */
function loadedItem(item: ApiObject, mapping: ResourceMapping, list: ApiObject): LoadedObject {
  const apiVersion = textIn(list, "apiVersion");
  const kind = textIn(list, "kind").replace(/List$/, "");
  const object = item["kind"] === undefined ? { ...item, apiVersion, kind } : item;
  const metadata = objectIn(object, "metadata");
  return {
    mapping,
    namespace: textIn(metadata, "namespace"),
    name: textIn(metadata, "name"),
    object,
    source: "",
  };
}
