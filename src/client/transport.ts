import type { KubeObject } from "../api/resource-type.ts";

/**
 * How a client reaches an API server. Two exist: HTTPS by kubeconfig, and in process, which enters the same pipeline
 * (identity, authorization, admission, validation) without a socket and without serialising.
 */
export interface Transport {
  /** Answers with the object the server answered with. Throws ApiError for every refusal. */
  request(request: TransportRequest): Promise<KubeObject>;
  /** Starts a watch; events arrive in order until `stop`, an error, or the server's own time limit (`onEnd(undefined)`). */
  watch(request: TransportRequest, listener: TransportWatchListener): TransportWatch;
}

export type TransportVerb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";
export type PatchType = "json" | "merge" | "strategic" | "apply";

export interface TransportRequest {
  readonly verb: TransportVerb;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
  /** Query parameters under their names in the API: labelSelector, resourceVersion, fieldManager ... */
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  /** The object, the patch, or DeleteOptions. In process it is handed over as it is: the sender must not change it afterwards. */
  readonly body?: unknown;
  readonly patchType?: PatchType | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One frame of a watch. `ERROR` frames carry a Status. */
export interface TransportWatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject;
}

export interface TransportWatchListener {
  onEvent(event: TransportWatchEvent): void;
  /** `undefined`: the server ended the stream in good order, start again from the last resourceVersion. */
  onEnd(error: Error | undefined): void;
}

export interface TransportWatch {
  stop(): void;
}
