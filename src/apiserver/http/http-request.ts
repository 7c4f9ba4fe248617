import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { Writable } from "node:stream";
import type { TLSSocket } from "node:tls";

/** Both protocols that one port speaks. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

/** What the responses of both protocols have in common. */
export interface HttpResponse extends Writable {
  readonly headersSent: boolean;
  getHeader(name: string): unknown;
  setHeader(name: string, value: string | readonly string[]): unknown;
  writeHead(statusCode: number, headers?: OutgoingHttpHeaders): unknown;
  /** Only HTTP/1 has it: HTTP/2 sends the head with `writeHead`. */
  flushHeaders?(): void;
}

/** What hono hands to handlers. */
export interface HttpEnv {
  Bindings: { readonly incoming: HttpRequest; readonly outgoing: HttpResponse };
}

/** The connection below a request: HTTP/2 hides it behind its session. */
export function tlsSocketOf(request: HttpRequest): TLSSocket {
  const socket = "stream" in request ? request.stream.session?.socket : request.socket;
  // The server listens with TLS only.
  return socket as TLSSocket;
}

/**
 * Sends everything that `write` writes in one piece. Head, body and the borders of chunks would else each be a TLS record and a system
 * call, which costs more than all else a small answer takes.
 */
export function inOneWrite(request: HttpRequest, write: () => void): void {
  // HTTP/2 gathers its frames itself.
  if ("stream" in request) return write();
  const { socket } = request;
  socket.cork();
  try {
    write();
  } finally {
    socket.uncork();
  }
}
