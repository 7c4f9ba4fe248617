import { isApiError } from "../api/api-error.ts";
import { apiVersionOf, type KubeObject, type ResourceType } from "../api/resource-type.ts";
import type { DeleteOptions } from "../api/types/meta-v1.ts";
import type { PatchType, Transport, TransportRequest, TransportWatch, TransportWatchListener } from "./transport.ts";

/** Typed access to an API server. Every method throws ApiError for a refusal. */
export interface Client {
  readonly transport: Transport;
  resource<T extends KubeObject>(type: ResourceType<T>): ResourceClient<T>;
}

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan" | undefined;
}

export interface WatchOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean | undefined;
  readonly sendInitialEvents?: boolean | undefined;
  readonly timeoutSeconds?: number | undefined;
}

interface ObjectList<T> {
  readonly items: readonly T[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string | undefined;
    readonly remainingItemCount?: number | undefined;
  };
}

/** `namespace` is undefined for cluster-wide resources. */
export interface ObjectKey {
  readonly name: string;
  readonly namespace?: string | undefined;
}

interface WriteOptions {
  readonly dryRun?: boolean | undefined;
  readonly fieldManager?: string | undefined;
  readonly subresource?: string | undefined;
}

interface PatchOptions extends WriteOptions {
  readonly type: PatchType;
  /** Server-side apply only: take fields over from other managers. */
  readonly force?: boolean | undefined;
}

export interface ResourceClient<T extends KubeObject> {
  readonly type: ResourceType<T>;
  get(key: ObjectKey): Promise<T>;
  /** As `get`, with undefined for "not found". */
  find(key: ObjectKey): Promise<T | undefined>;
  list(options?: ListOptions): Promise<ObjectList<T>>;
  /** Objects from informers are shared: pass a copy, never a changed original. */
  create(object: T, options?: WriteOptions): Promise<T>;
  update(object: T, options?: WriteOptions): Promise<T>;
  updateStatus(object: T, options?: WriteOptions): Promise<T>;
  patch(key: ObjectKey, patch: unknown, options: PatchOptions): Promise<T>;
  /** Returns the object if it stays for now, waiting for its grace period or its finalizers. */
  delete(key: ObjectKey, options?: Partial<DeleteOptions>): Promise<T | undefined>;
  /** Deletes everything of the kind that the selectors select, in a namespace or everywhere. */
  deleteCollection(selection: ListOptions, options?: Partial<DeleteOptions>): Promise<void>;
  watch(options: WatchOptions, listener: TransportWatchListener): TransportWatch;
}

/** The client of whatever server `transport` reaches. */
export function createClient(transport: Transport): Client {
  return { transport, resource: (type) => resourceClient(transport, type) };
}

function resourceClient<T extends KubeObject>(transport: Transport, type: ResourceType<T>): ResourceClient<T> {
  const { group, version, resource } = type;
  const request = (rest: Omit<TransportRequest, "group" | "version" | "resource">): TransportRequest => ({
    group,
    version,
    resource,
    ...rest,
  });
  // Parse edge: the server answers a request for a resource with objects of its kind.
  const send = async (rest: Omit<TransportRequest, "group" | "version" | "resource">): Promise<T> =>
    (await transport.request(request(rest))) as T;
  const get = ({ name, namespace }: ObjectKey): Promise<T> => send({ verb: "get", name, namespace });
  const update = (object: T, options?: WriteOptions): Promise<T> =>
    send({
      verb: "update",
      name: object.metadata.name,
      namespace: object.metadata.namespace,
      subresource: options?.subresource,
      query: writeQuery(options),
      body: object,
    });

  return {
    type,
    get,
    async find(key) {
      try {
        return await get(key);
      } catch (error) {
        if (isApiError(error, "NotFound")) return undefined;
        throw error;
      }
    },
    async list(options = {}) {
      const answer = await transport.request(
        request({ verb: "list", namespace: options.namespace, query: listQuery(options) }),
      );
      // Parse edge: the answer to a list is a list.
      return withTypes(answer as unknown as ObjectList<T>, type);
    },
    create: (object, options) =>
      send({
        verb: "create",
        // A subresource (eviction, binding, token) is created below an object that has a name.
        name: options?.subresource === undefined ? undefined : object.metadata.name,
        namespace: object.metadata.namespace,
        subresource: options?.subresource,
        query: writeQuery(options),
        body: object,
      }),
    update,
    updateStatus: (object, options) => update(object, { ...options, subresource: "status" }),
    patch: ({ name, namespace }, patch, options) =>
      send({
        verb: "patch",
        name,
        namespace,
        subresource: options.subresource,
        query: { ...writeQuery(options), force: options.force === undefined ? undefined : String(options.force) },
        body: patch,
        patchType: options.type,
      }),
    async delete({ name, namespace }, options) {
      const body = options && { apiVersion: "v1", kind: "DeleteOptions", ...options };
      const answer = await send({ verb: "delete", name, namespace, body });
      return answer.kind === "Status" ? undefined : answer;
    },
    async deleteCollection(selection, options) {
      const body = options && { apiVersion: "v1", kind: "DeleteOptions", ...options };
      const { namespace } = selection;
      await send({ verb: "deletecollection", namespace, query: listQuery(selection), body });
    },
    watch: (options, listener) =>
      transport.watch(request({ verb: "watch", namespace: options.namespace, query: watchQuery(options) }), listener),
  };
}

/** Items of a list do not carry their type on the wire. */
function withTypes<T extends KubeObject>(list: ObjectList<T>, type: ResourceType<T>): ObjectList<T> {
  const apiVersion = apiVersionOf(type);
  const items = list.items.map((item) => (item.kind === undefined ? { ...item, apiVersion, kind: type.kind } : item));
  return { items, metadata: list.metadata };
}

function listQuery(options: ListOptions): Record<string, string | undefined> {
  return {
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    limit: options.limit?.toString(),
    continue: options.continue,
    resourceVersion: options.resourceVersion,
    resourceVersionMatch: options.resourceVersionMatch,
  };
}

function watchQuery(options: WatchOptions): Record<string, string | undefined> {
  return {
    ...listQuery(options),
    allowWatchBookmarks: options.allowWatchBookmarks?.toString(),
    sendInitialEvents: options.sendInitialEvents?.toString(),
    timeoutSeconds: options.timeoutSeconds?.toString(),
  };
}

function writeQuery(options: WriteOptions | undefined): Record<string, string | undefined> {
  return { dryRun: options?.dryRun === true ? "All" : undefined, fieldManager: options?.fieldManager };
}
