import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { HttpsTransport } from "../../client/https-transport.ts";
import type { ProxiedRequest } from "./request-filter.ts";
import { serveFile } from "./static-files.ts";

export interface ProxyOptions {
  /** Both end with a slash. */
  readonly apiPrefix: string;
  readonly staticPrefix: string;
  /** The folder that is served beside the API, if any. */
  readonly staticFolder: string | undefined;
  /** Undefined passes everything on. */
  readonly accepts: ((request: ProxiedRequest) => boolean) | undefined;
  readonly signal: AbortSignal;
  onError(error: unknown): void;
}

/** Meant for one hop only (RFC 9110, 7.6.1), and what our side of the connection says itself. */
const HOP_HEADERS = new Set([
  "authorization",
  "connection",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
]);

/** An HTTP server on this machine that speaks to the API server as the user of the transport. */
export function createProxyServer(transport: HttpsTransport, options: ProxyOptions): Server {
  const server = createServer((request, response) => {
    answer(transport, request, response, options).catch((error: unknown) => {
      if (options.signal.aborted || response.destroyed) return;
      options.onError(error);
      if (!response.headersSent) response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" });
      response.end(`${error instanceof Error ? error.message : String(error)}\n`);
    });
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => undefined);
    upgrade(transport, request, { socket, head }, options).catch((error: unknown) => {
      socket.destroy();
      if (!options.signal.aborted) options.onError(error);
    });
  });
  return server;
}

async function answer(
  transport: HttpsTransport,
  request: IncomingMessage,
  response: ServerResponse,
  options: ProxyOptions,
): Promise<void> {
  const path = request.url ?? "/";
  const { staticFolder, staticPrefix } = options;
  if (staticFolder !== undefined && path.startsWith(staticPrefix))
    return await serveFile(staticFolder, path.slice(staticPrefix.length).replace(/\?.*$/s, ""), response);
  const target = targetOf(request, options);
  if (typeof target === "number") {
    const text = target === 403 ? "Forbidden\n" : "404 page not found\n";
    return void response.writeHead(target, { "Content-Type": "text/plain; charset=utf-8" }).end(text);
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const hasBody = request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"]) > 0;
  const answered = await transport.forward({
    method: request.method ?? "GET",
    path: target.path,
    headers: passedOn(request.headers),
    // Node's and the web's types of the same stream differ in name only.
    body: hasBody ? Readable.toWeb(request) : undefined,
    signal: AbortSignal.any([options.signal, gone.signal]),
  });
  response.writeHead(answered.status, answered.statusText, answerHeaders(answered));
  response.flushHeaders();
  if (!answered.body) return void response.end();
  await pipeline(Readable.from(answered.body), response);
}

/** Joins both connections as soon as the server has agreed to speak something else. */
async function upgrade(
  transport: HttpsTransport,
  request: IncomingMessage,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
  options: ProxyOptions,
): Promise<void> {
  const target = targetOf(request, options);
  if (typeof target === "number")
    return void socket.end(statusLine(target, target === 403 ? "Forbidden" : "Not Found"));
  const { path } = target;
  const result = await transport.upgrade({ path, headers: passedOn(request.headers), signal: options.signal });
  if (result.form === "refused") {
    const { code, body } = result;
    return void socket.end(`${statusLine(code, "")}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
  const headers = Object.entries(result.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join("")}\r\n`);
  if (result.head.length > 0) socket.write(result.head);
  if (head.length > 0) result.socket.write(head);
  await Promise.all([pipeline(socket, result.socket), pipeline(result.socket, socket)]).catch(() => {
    socket.destroy();
    result.socket.destroy();
  });
}

const statusLine = (code: number, text: string): string => `HTTP/1.1 ${code} ${text}\r\nConnection: close\r\n`;

/** The path on the API server, or the code that the request is refused with. */
function targetOf(
  request: IncomingMessage,
  { apiPrefix, accepts }: ProxyOptions,
): { readonly path: string } | 403 | 404 {
  const url = request.url ?? "/";
  // Prefixes under /api are part of the API's own paths.
  const strips = !apiPrefix.startsWith("/api");
  if (!url.startsWith(apiPrefix)) return 404;
  const path = strips ? `/${url.slice(apiPrefix.length)}` : url;
  const bare = path.replace(/\?.*$/s, "");
  const seen = { method: request.method ?? "GET", path: decodedPath(bare), host: request.headers.host ?? "" };
  return accepts && !accepts(seen) ? 403 : { path };
}

/** A path is judged as the server will read it: an escaped `exec` is `exec`. */
function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function passedOn(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      HOP_HEADERS.has(name) || value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

const answerHeaders = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => !HOP_HEADERS.has(name)));
