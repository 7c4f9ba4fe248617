import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import type { DeleteOptions } from "../api/types/meta-v1.ts";
import type { PatchType, Transport, TransportWatch, TransportWatchListener } from "./transport.ts";

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

export interface ObjectList<T> {
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

export interface WriteOptions {
  readonly dryRun?: boolean | undefined;
  readonly fieldManager?: string | undefined;
  readonly subresource?: string | undefined;
}

export interface PatchOptions extends WriteOptions {
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
  delete(key: ObjectKey, options?: Partial<DeleteOptions>): Promise<void>;
  watch(options: WatchOptions, listener: TransportWatchListener): TransportWatch;
}
