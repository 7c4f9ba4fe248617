import { once } from "node:events";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Readable } from "node:stream";

import type { Connection } from "./https-transport.ts";

/** A header may come several times: fetch would join the values with a comma, which the server takes as one. */
export type RepeatableHeaders = Readonly<Record<string, string | readonly string[]>>;

export const hasRepeated = (headers: RepeatableHeaders): boolean =>
  Object.values(headers).some((value) => typeof value !== "string");

interface PlainRequest {
  readonly method: string;
  readonly headers: RepeatableHeaders;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** As fetch, but each value of a repeated header is a line of its own. */
export async function fetchRepeated(url: string, request: PlainRequest, connection: Connection): Promise<Response> {
  if (connection.proxyUrl !== undefined)
    throw new Error("Several groups or extra values cannot be impersonated through a proxy");
  const { method, body, signal } = request;
  const send = url.startsWith("https:") ? requestHttps : requestHttp;
  const outgoing = send(url, {
    method,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
    ),
    ...(signal ? { signal } : {}),
    rejectUnauthorized: connection.insecureSkipTlsVerify !== true,
    ...(connection.caPem === undefined ? {} : { ca: connection.caPem }),
    ...(connection.clientCertificatePem === undefined ? {} : { cert: connection.clientCertificatePem }),
    ...(connection.clientKeyPem === undefined ? {} : { key: connection.clientKeyPem }),
    ...(connection.tlsServerName === undefined ? {} : { servername: connection.tlsServerName }),
  });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2)
    headers.append(incoming.rawHeaders[at] ?? "", incoming.rawHeaders[at + 1] ?? "");
  const status = incoming.statusCode ?? 500;
  const isBodiless = status === 204 || status === 304;
  // Node's and the web's types of the same stream differ in name only.
  const stream = isBodiless ? null : (Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>);
  return new Response(stream, { status, headers });
}
