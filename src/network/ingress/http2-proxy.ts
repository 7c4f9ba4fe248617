import { request as httpRequest } from "node:http";
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { request as httpsRequest } from "node:https";
import { pipeline } from "node:stream";

import { errorText } from "../../lib/logger.ts";
import type { EndpointAddress } from "../services/route-endpoints.ts";
import { changedRecord } from "./header-changes.ts";
import type { ClientInfo } from "./http1/client-connection.ts";
import type { IngressDecision } from "./ingress-decision.ts";
import { hostOf, type ProxyContext, refusalPage, type RoundRobin } from "./proxy-context.ts";

type Proxying = Extract<IngressDecision, { kind: "proxy" }>;

/** What HTTP/2 does not have (RFC 9113, 8.2.2), and what the proxy says itself. */
const DROPPED: ReadonlySet<string> = new Set([
  "connection",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** Serves clients that speak HTTP/2: to servers of gRPC in the same way, to all others in HTTP/1.1. */
export class Http2Proxy implements Disposable {
  /** Takes sockets by its event `connection`. */
  readonly server: Http2Server;
  readonly #context: ProxyContext;
  readonly #turns: RoundRobin;
  readonly #sessions = new Map<string, ClientHttp2Session>();

  /** `nextClient` says whose the connection is that came next. */
  constructor(context: ProxyContext, turns: RoundRobin, nextClient: () => ClientInfo | undefined) {
    this.#context = context;
    this.#turns = turns;
    this.server = createServer();
    const clients = new WeakMap<object, ClientInfo>();
    this.server.on("session", (session) => {
      const client = nextClient();
      if (client) clients.set(session, client);
    });
    // A server's streams can push; the types say so only of some of its events.
    this.server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      const client = stream.session && clients.get(stream.session);
      this.#serve(stream, headers, client ?? { ip: "", isTls: false, port: 0 });
    });
    this.server.on("sessionError", (error) => context.log.debug(`A client of HTTP/2 broke off: ${errorText(error)}`));
  }

  [Symbol.dispose](): void {
    this.server.close();
    for (const session of this.#sessions.values()) session.destroy();
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, client: ClientInfo): void {
    const method = headers[":method"] ?? "GET";
    const target = headers[":path"] ?? "/";
    const authority = headers[":authority"] ?? headers.host ?? "";
    const startedAt = performance.now();
    const host = hostOf(authority);
    stream.on("error", () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    let server: string | undefined;
    let status = 0;
    stream.on("close", () =>
      this.#context.accessed({
        clientIp: client.ip,
        method,
        host,
        target,
        protocol: "HTTP/2.0",
        status: status === 0 ? 499 : status,
        bytes: 0,
        ms: performance.now() - startedAt,
        server,
      }),
    );
    const answer = (code: number, text: string, location?: string): void => {
      status = code;
      if (stream.destroyed || stream.headersSent) return stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      const more = location === undefined ? {} : { location };
      stream.respond({ ":status": code, "content-type": "text/plain; charset=utf-8", ...more });
      stream.end(location === undefined ? refusalPage(code, text) : "");
    };
    const decision = this.#context.decide({
      method,
      host,
      target,
      isTls: client.isTls,
      header: (name) => joined(headers[name]),
    });
    if (decision.kind === "refuse") return answer(decision.status, decision.text);
    if (decision.kind === "redirect") return answer(decision.status, "", decision.location);
    const isGrpc =
      decision.settings.backendProtocol.startsWith("GRPC") ||
      (headers["content-type"] ?? "").startsWith("application/grpc");
    const { changes } = decision;
    const sent = { ...changedRecord(passedOn(headers), changes?.request), ...forwarded(headers, authority, client) };
    const options: Forward = {
      stream,
      method,
      authority: changes?.authority ?? authority,
      headers: sent,
      decision,
      onAsked: (endpoint) => void (server = `${endpoint.ip}:${endpoint.port}`),
      onStatus: (code) => void (status = code),
      fail: (code, text) => answer(code, text),
    };
    const endpoints = this.#turns.order(decision.endpoints);
    if (isGrpc) this.#forwardHttp2(options, endpoints);
    else forwardHttp1(options, endpoints);
  }

  #forwardHttp2(forward: Forward, [endpoint, ...others]: readonly EndpointAddress[]): void {
    if (!endpoint) return forward.fail(502, "No server could be reached");
    const { stream, decision, method, authority, headers } = forward;
    const session = this.#session(endpoint, decision.settings.backendProtocol === "GRPCS");
    forward.onAsked(endpoint);
    let isAnswered = false;
    const onUnreachable = (): void => {
      if (!isAnswered && !stream.destroyed) this.#forwardHttp2(forward, others);
    };
    const begin = (): void => {
      session.off("error", onUnreachable);
      if (stream.destroyed) return;
      const upstream = session.request({
        ...headers,
        te: "trailers",
        ":method": method,
        ":path": decision.target,
        ":authority": authority,
        ":scheme": "http",
      });
      upstream.setTimeout(decision.settings.readTimeoutMs, () => upstream.close(constants.NGHTTP2_CANCEL));
      let trailers: OutgoingHttpHeaders = {};
      upstream.on("trailers", (received) => void (trailers = passedOn(received)));
      upstream.on("response", (received) => {
        isAnswered = true;
        forward.onStatus(Number(received[":status"]));
        stream.respond(
          { ...changedRecord(passedOn(received), decision.changes?.response), ":status": received[":status"] },
          { waitForTrailers: true },
        );
        stream.on("wantTrailers", () => stream.sendTrailers(trailers));
        upstream.pipe(stream);
      });
      upstream.on("error", (error) => {
        if (isAnswered) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
        else forward.fail(502, `The server broke off: ${errorText(error)}`);
      });
      stream.on("close", () => upstream.close(constants.NGHTTP2_CANCEL));
      stream.pipe(upstream);
    };
    if (!session.connecting) return begin();
    session.once("error", onUnreachable);
    session.once("connect", begin);
  }

  #session(endpoint: EndpointAddress, isTls: boolean): ClientHttp2Session {
    const key = `${isTls ? "https" : "http"}://${endpoint.ip}:${endpoint.port}`;
    const known = this.#sessions.get(key);
    if (known && !known.closed && !known.destroyed) return known;
    const session = connect(key, { rejectUnauthorized: false });
    this.#sessions.set(key, session);
    const forget = (): void => {
      if (this.#sessions.get(key) === session) this.#sessions.delete(key);
    };
    session.on("error", forget);
    session.on("goaway", () => {
      forget();
      session.close();
    });
    session.on("close", forget);
    return session;
  }
}

interface Forward {
  readonly stream: ServerHttp2Stream;
  readonly method: string;
  readonly authority: string;
  readonly headers: OutgoingHttpHeaders;
  readonly decision: Proxying;
  onAsked(endpoint: EndpointAddress): void;
  onStatus(status: number): void;
  fail(status: number, text: string): void;
}

function forwardHttp1(forward: Forward, [endpoint, ...others]: readonly EndpointAddress[]): void {
  if (!endpoint) return forward.fail(502, "No server could be reached");
  const { stream, decision, method, authority, headers } = forward;
  const { settings } = decision;
  forward.onAsked(endpoint);
  const send = settings.backendProtocol === "HTTPS" ? httpsRequest : httpRequest;
  const outgoing = send({
    host: endpoint.ip,
    port: endpoint.port,
    method,
    path: decision.target,
    headers: { ...headers, host: authority },
    rejectUnauthorized: false,
    // Small servers end their headers with a line feed alone, and HTTP/1 here takes that.
    insecureHTTPParser: true,
    timeout: settings.readTimeoutMs,
  });
  outgoing.on("response", (response) => {
    forward.onStatus(response.statusCode ?? 502);
    stream.respond({
      ...changedRecord(passedOn(response.headers), decision.changes?.response),
      ":status": response.statusCode ?? 502,
    });
    pipeline(response, stream, (error) => error && stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  });
  outgoing.on("timeout", () => outgoing.destroy(new Error("the server did not answer in time")));
  outgoing.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNREFUSED" && !stream.headersSent && stream.readableLength === 0) {
      return forwardHttp1(forward, others);
    }
    forward.fail(502, `The server broke off: ${errorText(error)}`);
  });
  stream.on("close", () => outgoing.destroy());
  stream.pipe(outgoing);
}

const passedOn = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) => value !== undefined && !name.startsWith(":") && !DROPPED.has(name),
    ),
  );

const joined = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "object" ? value.join(", ") : value;

function forwarded(headers: IncomingHttpHeaders, authority: string, client: ClientInfo): OutgoingHttpHeaders {
  const chain = headers["x-forwarded-for"];
  return {
    "x-forwarded-for": [...(chain === undefined ? [] : [String(chain)]), client.ip].join(", "),
    "x-forwarded-host": authority,
    "x-forwarded-port": String(client.port),
    "x-forwarded-proto": client.isTls ? "https" : "http",
    "x-real-ip": client.ip,
  };
}
