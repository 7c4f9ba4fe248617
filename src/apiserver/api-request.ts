import type { IncomingHttpHeaders } from "node:http";
import type { Duplex, Readable } from "node:stream";

import type { KubeObject } from "../api/resource-type.ts";
import type { ListMeta, Status } from "../api/types/meta-v1.ts";
import type { KeyValue } from "../store/store.ts";
import type { UserInfo } from "./auth/user-info.ts";
import type { DuplexBytes, ExitStatus, TerminalStreams } from "./node-connection.ts";
import type { RequestVerb } from "./request-info.ts";
import type { ServedResource } from "./served-resources.ts";

/** An authorized request for a resource, whichever way it came in. */
export interface ApiRequest {
  readonly verb: RequestVerb;
  readonly resource: ServedResource;
  /** Empty for cluster-wide requests. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource, for proxy paths. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly user: UserInfo;
  readonly userAgent: string;
  readonly body: RequestBody;
  /** Texts for `Warning` headers; handlers add to it. */
  readonly warnings: string[];
  /** Adds to what is written down of the request; absent: nothing is. */
  readonly annotate?: Annotate | undefined;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /** The request as it came, for those that are sent on; undefined in process. */
  readonly http?: HttpRequestParts | undefined;
}

/** A note in the audit log. One that is about bodies is left out where these are. The first of a key stays. */
export type Annotate = (key: string, value: string, about?: "body") => void;

export interface HttpRequestParts {
  readonly method: string;
  /** Path and query, as the client wrote them. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Undefined for requests without a body. */
  readonly body: Readable | undefined;
  /** The client wants to leave HTTP behind. */
  readonly isUpgrade?: boolean;
}

/** `parsed` bodies come from in-process clients: nobody changes them. */
export type RequestBody =
  | { readonly form: "none" }
  | { readonly form: "parsed"; readonly value: unknown; readonly contentType: string }
  | { readonly form: "bytes"; readonly bytes: Uint8Array; readonly contentType: string };

/** What a handler answers. How it looks on the wire (JSON, YAML, Table ...) is the transport's concern. */
export type ApiAnswer = DocumentAnswer | WatchAnswer | ByteStreamAnswer | UpgradeAnswer;

/** Something that can be told as one object. */
export type DocumentAnswer = StoredAnswer | ObjectAnswer | ListAnswer;

/** An object as it lies in the store. */
export interface StoredAnswer {
  readonly form: "stored";
  readonly statusCode: 200 | 201 | 202;
  readonly resource: ServedResource;
  readonly entry: KeyValue;
}

/** An object that is in no store, or not in this shape: a Status, a Scale, the result of a dry run. */
export interface ObjectAnswer {
  readonly form: "object";
  readonly statusCode: number;
  readonly object: Readonly<KubeObject> | Status;
  /** Undefined for what is of no kind: a Status. */
  readonly resource: ServedResource | undefined;
}

export interface ListAnswer {
  readonly form: "list";
  readonly resource: ServedResource;
  readonly entries: readonly KeyValue[];
  readonly metadata: ListMeta;
}

export interface WatchAnswer {
  readonly form: "watch";
  readonly resource: ServedResource;
  /** Begins to send. Nothing is sent before, and nothing after the returned function was called or `end` was. */
  readonly start: (sink: WatchSink) => () => void;
}

/** Bytes that mean nothing to the server: logs, what a proxied server answers. */
export interface ByteStreamAnswer {
  readonly form: "bytes";
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: ReadableStream<Uint8Array> | undefined;
  /** Clients that ask by WebSocket get them as its messages. */
  readonly isForWebSockets?: true;
}

/** A conversation with a node that takes over the client's connection. */
export interface UpgradeAnswer {
  readonly form: "upgrade";
  readonly session: TerminalSession | PortForwardSession | ProxiedSession;
}

/** exec and attach. */
export interface TerminalSession {
  readonly type: "terminal";
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  readonly run: (streams: TerminalStreams) => Promise<ExitStatus>;
}

export interface PortForwardSession {
  readonly type: "port-forward";
  /** Of the request; clients of the newer protocols name a port per connection instead. */
  readonly ports: readonly number[];
  readonly connect: (port: number, signal: AbortSignal) => Promise<DuplexBytes>;
}

/** A server inside the cluster that takes over the connection: a WebSocket through a proxy. */
interface ProxiedSession {
  readonly type: "proxied";
  /** Resolves when either side has ended. `head` came behind the client's request. */
  readonly relay: (client: Duplex, head: Buffer) => Promise<void>;
}

export interface WatchSink {
  /** Watchers that are sent the same array see the same frames: what is made of it can be made once. */
  send(frames: readonly WatchFrame[]): void;
  /** In good order: the client may go on from the last resourceVersion it saw. */
  end(): void;
}

export type WatchFrame =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly entry: KeyValue }
  | { readonly type: "BOOKMARK"; readonly revision: number; readonly endsInitialEvents: boolean }
  | { readonly type: "ERROR"; readonly status: Status };

export const stored = (resource: ServedResource, entry: KeyValue, statusCode: 200 | 201 | 202 = 200): StoredAnswer => ({
  form: "stored",
  statusCode,
  resource,
  entry,
});

/** An object of a resource that is in no store: the result of a dry run, the last state before a deletion. */
export const unstored = (
  resource: ServedResource,
  object: Readonly<KubeObject>,
  statusCode: 200 | 201 = 200,
): ObjectAnswer => ({ form: "object", statusCode, object, resource });

/** A Status, or an object of another kind than that of the request. */
export const plain = (object: object, statusCode = 200): ObjectAnswer => ({
  form: "object",
  statusCode,
  // Nothing but these two shapes is ever answered.
  object: object as KubeObject | Status,
  resource: undefined,
});
