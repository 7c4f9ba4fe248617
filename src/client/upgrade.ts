import { once } from "node:events";
import { connect as connectPlain, isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";

import type { Connection } from "./https-transport.ts";
import type { RepeatableHeaders } from "./repeated-headers.ts";

/*
 * HTTP/1.1 by hand, for the one thing that fetch cannot do: a connection that stops speaking HTTP and is ours from then on.
 */

export interface UpgradeRequest {
  /** From the root of the server, with its query. */
  readonly path: string;
  readonly headers: RepeatableHeaders;
  readonly signal: AbortSignal;
}

export type UpgradeResult =
  | {
      readonly form: "upgraded";
      readonly socket: Duplex;
      /** What the server sent behind its answer. */
      readonly head: Buffer;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly form: "refused"; readonly code: number; readonly body: string };

/** Asks for another protocol. The socket of an upgraded connection belongs to the caller. */
export async function requestUpgrade(connection: Connection, request: UpgradeRequest): Promise<UpgradeResult> {
  const url = new URL(connection.server.replace(/\/+$/, "") + request.path);
  const socket = await openSocket(connection, url);
  const abort = (): void => void socket.destroy();
  request.signal.addEventListener("abort", abort, { once: true });
  try {
    request.signal.throwIfAborted();
    writeHead(socket, "GET", `${url.pathname}${url.search}`, {
      Host: url.host,
      Connection: "Upgrade",
      ...request.headers,
    });
    const { code, headers, rest } = await readHead(socket);
    if (code === 101) return { form: "upgraded", socket, head: rest, headers };
    const body = await readBody(socket, headers, rest);
    socket.destroy();
    return { form: "refused", code, body };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    request.signal.removeEventListener("abort", abort);
  }
}

async function openSocket(connection: Connection, url: URL): Promise<Duplex> {
  const isSecure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || (isSecure ? 443 : 80));
  const tunnel =
    connection.proxyUrl === undefined ? undefined : await openTunnel(connection.proxyUrl, `${url.hostname}:${port}`);
  if (!isSecure) return tunnel ?? (await connected(connectPlain({ host, port }), "connect"));
  const name = connection.tlsServerName ?? host;
  const socket = connectTls({
    ...(tunnel ? { socket: tunnel } : { host, port }),
    // An address cannot be asked for by name, but is checked all the same.
    ...(isIP(name) === 0 ? { servername: name } : { host: name }),
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: connection.insecureSkipTlsVerify !== true,
    ...(connection.caPem === undefined ? {} : { ca: connection.caPem }),
    ...(connection.clientCertificatePem === undefined ? {} : { cert: connection.clientCertificatePem }),
    ...(connection.clientKeyPem === undefined ? {} : { key: connection.clientKeyPem }),
  });
  return await connected(socket, "secureConnect");
}

async function connected<T extends Duplex>(socket: T, event: string): Promise<T> {
  await once(socket, event);
  // Whoever reads or writes sees it break; an error without a listener would end the process.
  socket.on("error", () => undefined);
  return socket;
}

/** A proxy joins us with the server and then only passes bytes on. */
async function openTunnel(proxyUrl: string, target: string): Promise<Duplex> {
  const proxy = new URL(proxyUrl);
  const host = proxy.hostname;
  const socket =
    proxy.protocol === "https:"
      ? await connected(connectTls({ host, port: Number(proxy.port || 443), servername: host }), "secureConnect")
      : await connected(connectPlain({ host, port: Number(proxy.port || 80) }), "connect");
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  writeHead(socket, "CONNECT", target, {
    Host: target,
    ...(proxy.username === "" ? {} : { "Proxy-Authorization": `Basic ${btoa(credentials)}` }),
  });
  const { code, rest } = await readHead(socket);
  if (code !== 200) {
    socket.destroy();
    throw new Error(`The proxy ${proxy.host} refused to connect to ${target}: ${code}`);
  }
  if (rest.length > 0) socket.unshift(rest);
  return socket;
}

function writeHead(socket: Duplex, method: string, target: string, headers: RepeatableHeaders): void {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((each) => `${name}: ${each}\r\n`),
  );
  socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`);
}

interface AnswerHead {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly rest: Buffer;
}

async function readHead(socket: Duplex): Promise<AnswerHead> {
  let received = Buffer.alloc(0);
  for (;;) {
    const end = received.indexOf("\r\n\r\n");
    if (end >= 0) {
      const [status = "", ...lines] = received.toString("latin1", 0, end).split("\r\n");
      const headers = Object.fromEntries(lines.map(headerOf));
      return { code: Number(status.split(" ")[1]), headers, rest: received.subarray(end + 4) };
    }
    // oxlint-disable-next-line no-await-in-loop -- piece by piece until the head is complete
    received = Buffer.concat([received, await nextChunk(socket)]);
  }
}

const headerOf = (line: string): [string, string] => {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
};

async function readBody(socket: Duplex, headers: AnswerHead["headers"], rest: Buffer): Promise<string> {
  const isChunked = headers["transfer-encoding"]?.toLowerCase() === "chunked";
  const length = headers["content-length"];
  let body = rest;
  const isComplete = (): boolean =>
    isChunked ? body.includes("0\r\n\r\n") : length !== undefined && body.length >= Number(length);
  try {
    // oxlint-disable-next-line no-await-in-loop -- piece by piece until the body is complete
    while (!isComplete()) body = Buffer.concat([body, await nextChunk(socket)]);
  } catch {
    // Without a length the end of the connection is the end of the body; a shorter one is told as far as it came.
  }
  return (isChunked ? unchunked(body) : body).toString("utf8");
}

function unchunked(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const lineEnd = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.toString("latin1", at, lineEnd), 16);
    if (lineEnd < 0 || !(size > 0)) break;
    pieces.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(pieces);
}

/** Leaves the stream paused, so that nothing is lost between here and its next reader. */
function nextChunk(socket: Duplex): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const onData = (chunk: Buffer): void => resolve(chunk);
  const onEnd = (): void => reject(Object.assign(new Error("EOF"), { code: "ECONNRESET" }));
  socket.once("data", onData);
  socket.once("end", onEnd);
  socket.once("close", onEnd);
  socket.once("error", reject);
  socket.resume();
  return promise.finally(() => {
    socket.pause();
    socket.off("data", onData);
    socket.off("end", onEnd);
    socket.off("close", onEnd);
    socket.off("error", reject);
  });
}
