import { randomBytes } from "node:crypto";

import type { KubeObject } from "../api/resource-type.ts";
import { sleep, type Clock } from "../lib/time/clock.ts";
import { WebSocketConnection } from "../lib/wire/websocket.ts";
import { connectionError } from "./connection-error.ts";
import { lines } from "./lines.ts";
import { fetchRepeated, hasRepeated, type RepeatableHeaders } from "./repeated-headers.ts";
import { responseError, type RequestSummary } from "./response-error.ts";
import { restPath } from "./rest-path.ts";
import type {
  PatchType,
  Transport,
  TransportRequest,
  TransportVerb,
  TransportWatch,
  TransportWatchEvent,
  TransportWatchListener,
} from "./transport.ts";
import { requestUpgrade, type UpgradeRequest, type UpgradeResult } from "./upgrade.ts";
import { warningTexts } from "./warning-header.ts";

/** How to reach a server and who to be: what a kubeconfig's context says, with file contents instead of file names. */
export interface Connection {
  /** `https://host:port`, with a path if the server is behind one. */
  readonly server: string;
  readonly caPem?: string | undefined;
  readonly clientCertificatePem?: string | undefined;
  readonly clientKeyPem?: string | undefined;
  /** Asked before each request, so that a short-lived token can be renewed. */
  readonly token?: (() => Promise<string | undefined>) | undefined;
  readonly basicAuth?: { readonly username: string; readonly password: string } | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** The name the server's certificate is checked against, if not the host of `server`. */
  readonly tlsServerName?: string | undefined;
  readonly proxyUrl?: string | undefined;
  readonly impersonate?: Impersonation | undefined;
  readonly userAgent: string;
}

interface Impersonation {
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly uid?: string | undefined;
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Any request to the server, for what has no typed form: text, tables, discovery, paths the user typed. */
export interface RawRequest {
  readonly method: string;
  /** From the root of the server, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What the request is about, for messages. */
  readonly summary?: RequestSummary | undefined;
}

export interface ForwardedRequest {
  readonly method: string;
  /** From the root of the server, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReadableStream<Uint8Array> | undefined;
  readonly signal: AbortSignal;
}

export interface WebSocketRequest {
  /** From the root of the server, with its query. */
  readonly path: string;
  readonly protocols: readonly string[];
  readonly signal: AbortSignal;
  readonly summary: RequestSummary;
}

const METHODS: Record<TransportVerb, string> = {
  get: "GET",
  list: "GET",
  watch: "GET",
  create: "POST",
  update: "PUT",
  patch: "PATCH",
  delete: "DELETE",
  deletecollection: "DELETE",
};

const PATCH_CONTENT_TYPES: Record<PatchType, string> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

/** client-go gives up after as many answers that say "come back later". */
const MOST_RETRIES = 10;

export interface AnswerSummary {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly tookMs: number;
}

export interface HttpsTransportOptions {
  /** Told each text of a Warning header. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Told of each answer, for those who want to see what goes on. */
  readonly onResponse?: ((answer: AnswerSummary) => void) | undefined;
  /** How long one request may take, a watch included: kubectl's --request-timeout. */
  readonly timeoutMs?: number | undefined;
}

/** Reaches a server over HTTPS (or HTTP). Connections are kept and shared; disposing closes the idle ones. */
export class HttpsTransport implements Transport, Disposable {
  readonly connection: Connection;
  readonly #clock: Clock;
  readonly #session: Bun.FetchSession;
  readonly #options: HttpsTransportOptions;

  constructor(connection: Connection, clock: Clock, options: HttpsTransportOptions = {}) {
    this.connection = connection;
    this.#clock = clock;
    this.#options = options;
    this.#session = new Bun.FetchSession({
      tls: tlsOptions(connection),
      ...(connection.proxyUrl === undefined ? {} : { proxy: connection.proxyUrl }),
    });
  }

  async request(request: TransportRequest): Promise<KubeObject> {
    const response = await this.raw(rawRequest(request));
    // Parse edge: the server answers with an object of the kind that was asked for, or with a Status.
    return (await response.json()) as KubeObject;
  }

  watch(request: TransportRequest, listener: TransportWatchListener): TransportWatch {
    const abort = new AbortController();
    const signal = request.signal ? AbortSignal.any([request.signal, abort.signal]) : abort.signal;
    const isStopped = (): boolean => signal.aborted;
    this.#pump(rawRequest({ ...request, signal }), listener, isStopped).then(
      () => isStopped() || listener.onEnd(undefined),
      (error: unknown) => isStopped() || listener.onEnd(asError(error)),
    );
    return { stop: () => abort.abort() };
  }

  /** Sends any request. Throws ApiError for answers of 400 and above, ConnectionError without an answer; waits and repeats where the server asks for it. */
  async raw(request: RawRequest): Promise<Response> {
    for (let retries = 0; ; retries++) {
      const response = await this.#send(request);
      if (response.ok) return response;
      const retryAfterSeconds = retryAfter(response);
      const error = responseError(
        { code: response.status, body: await response.text(), retryAfterSeconds },
        request.summary ?? { method: request.method },
      );
      const mayRetry = response.status === 429 || response.status >= 500;
      if (!mayRetry || retryAfterSeconds === undefined || retries >= MOST_RETRIES) throw error;
      await sleep(retryAfterSeconds * 1000, { clock: this.#clock, signal: request.signal });
    }
  }

  /** Opens a WebSocket that speaks one of the protocols, the first one the server knows. Throws as `raw` does. */
  async webSocket(request: WebSocketRequest): Promise<WebSocketConnection> {
    const { path, protocols, signal } = request;
    const headers = {
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      "Sec-WebSocket-Protocol": protocols.join(", "),
    };
    const result = await this.upgrade({ path, headers, signal });
    if (result.form === "refused") throw responseError(result, request.summary);
    return new WebSocketConnection(result.socket, result.head, "client");
  }

  /** Asks for another protocol than HTTP, as the user of this connection. */
  async upgrade({ path, headers, signal }: UpgradeRequest): Promise<UpgradeResult> {
    const identified = { ...headers, ...(await this.#identityHeaders()) };
    return await requestUpgrade(this.connection, { path, headers: identified, signal }).catch((error: unknown) => {
      throw signal.aborted ? error : connectionError(error, "GET", this.connection.server.replace(/\/+$/, "") + path);
    });
  }

  /** Passes a request of somebody else on, and gives back whatever the server answers, as it is on the wire. */
  async forward(request: ForwardedRequest): Promise<Response> {
    const { method, path, headers, body, signal } = request;
    const identified = { ...headers, ...(await this.#identityHeaders()) };
    const url = this.connection.server.replace(/\/+$/, "") + path;
    if (hasRepeated(identified)) {
      const bytes = body === undefined ? undefined : new Uint8Array(await new Response(body).arrayBuffer());
      return await fetchRepeated(url, { method, headers: identified, body: bytes, signal }, this.connection);
    }
    return await this.#session.fetch(url, {
      method,
      // None is repeated.
      headers: identified as Record<string, string>,
      redirect: "manual",
      timeout: false,
      decompress: false,
      signal,
      ...(body === undefined ? {} : { body }),
    });
  }

  [Symbol.dispose](): void {
    this.#session.close();
  }

  async #send(request: RawRequest): Promise<Response> {
    const url = this.connection.server.replace(/\/+$/, "") + request.path;
    const headers = { ...(await this.#identityHeaders()), Accept: "application/json", ...request.headers };
    const startedAt = this.#clock.now();
    try {
      const response = await this.#fetch(url, request.method, headers, {
        ...(request.body === undefined ? {} : { body: request.body }),
        ...this.#signalFor(request),
      });
      const tookMs = this.#clock.now() - startedAt;
      this.#options.onResponse?.({ method: request.method, url, status: response.status, tookMs });
      const warning = response.headers.get("Warning");
      if (warning !== null) for (const text of warningTexts(warning)) this.#options.onWarning?.(text);
      return response;
    } catch (error) {
      if (request.signal?.aborted) throw error;
      throw connectionError(error, request.method, url);
    }
  }

  async #fetch(
    url: string,
    method: string,
    headers: RepeatableHeaders,
    rest: { readonly body?: string | Uint8Array<ArrayBuffer>; readonly signal?: AbortSignal },
  ): Promise<Response> {
    if (hasRepeated(headers)) return await fetchRepeated(url, { method, headers, ...rest }, this.connection);
    return await this.#session.fetch(url, {
      method,
      // None is repeated.
      headers: headers as Record<string, string>,
      redirect: "manual",
      // A watch or a followed log may be silent for as long as it likes.
      timeout: false,
      ...rest,
    });
  }

  #signalFor({ signal }: RawRequest): { signal?: AbortSignal } {
    const { timeoutMs } = this.#options;
    if (timeoutMs === undefined) return signal ? { signal } : {};
    const timeout = AbortSignal.timeout(timeoutMs);
    return { signal: signal ? AbortSignal.any([signal, timeout]) : timeout };
  }

  async #identityHeaders(): Promise<RepeatableHeaders> {
    const { token, basicAuth, impersonate, userAgent } = this.connection;
    const bearer = await token?.();
    const headers: Record<string, string | readonly string[]> = { "User-Agent": userAgent };
    if (bearer !== undefined) headers["Authorization"] = `Bearer ${bearer}`;
    else if (basicAuth) headers["Authorization"] = `Basic ${btoa(`${basicAuth.username}:${basicAuth.password}`)}`;
    if (impersonate?.user !== undefined) headers["Impersonate-User"] = impersonate.user;
    if (impersonate?.uid !== undefined) headers["Impersonate-Uid"] = impersonate.uid;
    const { groups = [], extra = {} } = impersonate ?? {};
    if (groups.length > 0) headers["Impersonate-Group"] = oneOrMany(groups);
    for (const [key, values] of Object.entries(extra))
      headers[`Impersonate-Extra-${encodeURIComponent(key.toLowerCase())}`] = oneOrMany(values);
    return headers;
  }

  async #pump(request: RawRequest, listener: TransportWatchListener, isStopped: () => boolean): Promise<void> {
    const response = await this.raw(request);
    if (!response.body) return;
    for await (const line of lines(response.body)) {
      if (isStopped()) return;
      // Parse edge: watch frames have this shape by contract of the API.
      listener.onEvent(JSON.parse(line) as TransportWatchEvent);
    }
  }
}

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? (values[0] ?? "") : values;

function rawRequest(request: TransportRequest): RawRequest {
  const method = METHODS[request.verb];
  const { group, resource, name } = request;
  return {
    method,
    path: restPath(request),
    summary: { method, group, resource, name },
    headers: request.body === undefined ? {} : { "Content-Type": contentType(request) },
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
    signal: request.signal,
  };
}

function contentType({ patchType }: TransportRequest): string {
  return patchType === undefined ? "application/json" : PATCH_CONTENT_TYPES[patchType];
}

function tlsOptions(connection: Connection): NonNullable<Bun.FetchSessionInit["tls"]> {
  const { caPem, clientCertificatePem, clientKeyPem, tlsServerName } = connection;
  return {
    rejectUnauthorized: connection.insecureSkipTlsVerify !== true,
    ...(caPem === undefined ? {} : { ca: caPem }),
    ...(clientCertificatePem === undefined ? {} : { cert: clientCertificatePem }),
    ...(clientKeyPem === undefined ? {} : { key: clientKeyPem }),
    ...(tlsServerName === undefined ? {} : { serverName: tlsServerName }),
  };
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return Number.isNaN(seconds) ? undefined : seconds;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
