import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { apiError, badRequest, internalError, isApiError } from "../../api/api-error.ts";
import { errorText } from "../../lib/logger.ts";
import { sleep } from "../../lib/time/clock.ts";
import { SpdyConnection } from "../../lib/wire/spdy.ts";
import { webSocketStream } from "../../lib/wire/web-socket-stream.ts";
import { webSocketAccept, WebSocketConnection } from "../../lib/wire/websocket.ts";
import type { ByteStreamAnswer, UpgradeAnswer, WatchAnswer } from "../api-request.ts";
import { handleRequest } from "../pipeline.ts";
import type { ServerContext } from "../server-context.ts";
import { BYTES_PROTOCOLS, serveBytesWebSocket } from "../streams/bytes-websocket.ts";
import { PORT_FORWARD_PROTOCOL, servePortForwardSpdy } from "../streams/port-forward-spdy.ts";
import { PORT_FORWARD_CHANNEL_PROTOCOL, servePortForwardWebSocket } from "../streams/port-forward-websocket.ts";
import { serveTerminalSpdy, TERMINAL_SPDY_PROTOCOLS } from "../streams/terminal-spdy.ts";
import { serveTerminalWebSocket, TERMINAL_PROTOCOLS } from "../streams/terminal-websocket.ts";
import { serveWatchWebSocket } from "../streams/watch-websocket.ts";
import { TextRefusal } from "../text-refusal.ts";
import type { Identify } from "./identify.ts";
import type { OpenStreams } from "./open-streams.ts";
import { requestAddress } from "./request-address.ts";
import { wantedRepresentation } from "./wanted-representation.ts";

type Session = UpgradeAnswer["session"];

/** How long a client may take to close its side after its session has ended. */
const LINGER_MS = 5_000;
/** kubectl forwards ports by SPDY inside a WebSocket, so that proxies on the way need not know SPDY. */
const TUNNEL_PROTOCOL = `SPDY/3.1+${PORT_FORWARD_PROTOCOL}`;

export interface UpgradeOptions {
  readonly context: ServerContext;
  readonly identify: Identify;
  readonly streams: OpenStreams;
}

/** Serves requests that leave HTTP behind: exec, attach and port-forward by WebSocket or SPDY, logs by WebSocket. */
export async function serveUpgrade(
  options: UpgradeOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const { context, streams } = options;
  const { log, clock } = context;
  // Whoever uses the socket sees it end; an error without a listener would end the process.
  socket.on("error", (error) => log.debug("A connection broke", { error }));
  const unregister = streams.add(() => socket.destroy());
  socket.once("close", unregister);
  try {
    const answer = await answerOf(options, request, socket);
    if (answer.form === "bytes") await serveBytes(answer, request, socket, head);
    else if (answer.form === "watch") await serveWatch(context, answer, request, socket, head);
    else await serve(answer.session, request, socket, head);
    if (!socket.destroyed) await Promise.race([once(socket, "close"), sleep(LINGER_MS, { clock })]);
  } catch (error) {
    refuse(socket, error);
    if (!isApiError(error)) log.debug("A streaming request ended early", { error });
  } finally {
    socket.destroy();
  }
}

async function answerOf(
  { context, identify }: UpgradeOptions,
  request: IncomingMessage,
  socket: Duplex,
): Promise<UpgradeAnswer | ByteStreamAnswer | WatchAnswer> {
  const { info, query } = requestAddress(request);
  if (info.type === "path") throw badRequest("only streams of pods, and what is proxied, can be upgraded");
  const gone = new AbortController();
  socket.once("close", () => gone.abort(new Error("The client is gone")));
  const answer = await handleRequest(context, info, {
    query,
    user: await identify(request),
    userAgent: request.headers["user-agent"] ?? "",
    body: { form: "none" },
    warnings: [],
    signal: gone.signal,
    http: {
      method: request.method ?? "GET",
      url: request.url ?? "/",
      headers: request.headers,
      body: undefined,
      isUpgrade: true,
    },
  });
  if (answer.form === "upgrade") return answer;
  if (protocolWanted(request) === "websocket") {
    if (answer.form === "watch" || (answer.form === "bytes" && answer.isForWebSockets)) return answer;
  }
  throw badRequest("this request cannot be upgraded");
}

const protocolWanted = (request: IncomingMessage): string => (request.headers.upgrade ?? "").toLowerCase();

function serve(session: Session, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  if (session.type === "proxied") return session.relay(socket, head);
  const wanted = protocolWanted(request);
  if (wanted === "websocket") return serveWebSocket(session, request, socket, head);
  if (wanted === "spdy/3.1") return serveSpdy(session, request, socket, head);
  throw badRequest(`unable to upgrade: unknown protocol ${JSON.stringify(wanted)}`);
}

type OwnSession = Exclude<Session, { type: "proxied" }>;

function serveWebSocket(session: OwnSession, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const offered = listed(request.headers["sec-websocket-protocol"]);
  if (session.type === "terminal") {
    const protocol = offered.length === 0 ? undefined : agreed(offered, TERMINAL_PROTOCOLS);
    return serveTerminalWebSocket(session, protocol, openWebSocket(protocol, request, socket, head));
  }
  const protocol = agreed(offered, [TUNNEL_PROTOCOL, PORT_FORWARD_CHANNEL_PROTOCOL]);
  const connection = openWebSocket(protocol, request, socket, head);
  if (protocol !== TUNNEL_PROTOCOL) return servePortForwardWebSocket(session, connection);
  return servePortForwardSpdy(session, new SpdyConnection(webSocketStream(connection)));
}

function serveBytes({ body }: ByteStreamAnswer, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const offered = listed(request.headers["sec-websocket-protocol"]);
  const protocol = offered.length === 0 ? undefined : agreed(offered, BYTES_PROTOCOLS);
  return serveBytesWebSocket(body, protocol, openWebSocket(protocol, request, socket, head));
}

function serveWatch(
  context: ServerContext,
  answer: WatchAnswer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const { info, query } = requestAddress(request);
  if (info.type === "path") throw badRequest("only resources can be watched");
  const representation = wantedRepresentation(context, info, request, query);
  const offered = listed(request.headers["sec-websocket-protocol"]);
  // Upstream's server takes whatever protocol is named, but does not choose.
  if (offered.length > 1) throw badRequest("a watch has one protocol at most");
  const now = (): number => context.clock.now();
  return serveWatchWebSocket(answer, { representation, now, socket }, openWebSocket(offered[0], request, socket, head));
}

function openWebSocket(
  protocol: string | undefined,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): WebSocketConnection {
  switchProtocol(socket, "websocket", {
    "Sec-WebSocket-Accept": webSocketAccept(request.headers["sec-websocket-key"] ?? ""),
    ...(protocol !== undefined && { "Sec-WebSocket-Protocol": protocol }),
  });
  return new WebSocketConnection(socket, head);
}

function serveSpdy(session: OwnSession, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const offered = listed(request.headers["x-stream-protocol-version"]);
  const known = session.type === "terminal" ? TERMINAL_SPDY_PROTOCOLS : [PORT_FORWARD_PROTOCOL];
  switchProtocol(socket, "SPDY/3.1", { "X-Stream-Protocol-Version": agreed(offered, known) });
  if (head.length > 0) socket.unshift(head);
  const connection = new SpdyConnection(socket);
  return session.type === "terminal"
    ? serveTerminalSpdy(session, connection)
    : servePortForwardSpdy(session, connection);
}

const listed = (header: string | readonly string[] | undefined): string[] =>
  [header ?? []].flat().flatMap((value) => value.split(",").map((each) => each.trim()));

/** The server's first choice among what the client offers. */
function agreed(offered: readonly string[], known: readonly string[]): string {
  const protocol = known.find((each) => offered.includes(each));
  if (protocol !== undefined) return protocol;
  throw apiError(
    "Forbidden",
    `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(" ")}], server accepts [${known.join(" ")}]`,
  );
}

function switchProtocol(socket: Duplex, protocol: string, headers: Readonly<Record<string, string>>): void {
  const lines = Object.entries({ Connection: "Upgrade", Upgrade: protocol, ...headers });
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${text}\r\n`);
}

/** A refusal before the protocol was switched; afterwards the client sees the connection end. */
function refuse(socket: Duplex, error: unknown): void {
  const { status, code } = isApiError(error) ? error : internalError(errorText(error));
  const isText = error instanceof TextRefusal;
  const body = isText ? `${error.message}\n` : JSON.stringify(status);
  if (socket.writable) {
    socket.end(
      `HTTP/1.1 ${code} ${status.reason ?? "Error"}\r\nContent-Type: ${isText ? "text/plain; charset=utf-8" : "application/json"}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
}
