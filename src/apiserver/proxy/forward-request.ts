import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

import { apiError } from "../../api/api-error.ts";
import { goNetworkError } from "../../lib/go/go-network-error.ts";
import { errorText } from "../../lib/logger.ts";
import type { ByteStreamAnswer, HttpRequestParts } from "../api-request.ts";
import type { PodDialer } from "../pod-dialer.ts";
import { connectTo } from "./connect-to.ts";
import type { ProxyTarget } from "./proxy-target.ts";
import { rewriteLinks } from "./rewrite-links.ts";

/** What belongs to one connection only, and what was meant for this server alone. */
const DROPPED_HEADERS: ReadonlySet<string> = new Set([
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
  "upgrade",
]);

export interface Forwarding {
  readonly target: ProxyTarget;
  /** Below the target, with the query. */
  readonly path: string;
  /** Of the proxy: redirects of the target and links in its pages are put behind it. */
  readonly prefix: string;
  readonly request: HttpRequestParts;
  /** Besides those of the request, or instead of them. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly signal: AbortSignal;
}

/** Sends a request on to a server inside the cluster and answers with what that answers. */
export async function forwardRequest(dialer: PodDialer, forwarding: Forwarding): Promise<ByteStreamAnswer> {
  const response = await sendRequest(dialer, forwarding).catch((error: unknown) => {
    throw unreachable(error);
  });
  const headers = answeredHeaders(response.headers, forwarding);
  const answer = { form: "bytes", statusCode: response.statusCode ?? 502 } as const;
  if (!hasLinks(response, forwarding)) return { ...answer, headers, body: webStream(response) };
  const { "content-length": _, "content-encoding": encoding, ...others } = headers;
  const page = encoding === "gzip" ? pipeline(response, createGunzip(), () => undefined) : response;
  return { ...answer, headers: others, body: rewriteLinks(webStream(page), (link) => behindProxy(link, forwarding)) };
}

export const unreachable = (error: unknown): Error =>
  apiError("ServiceUnavailable", `error trying to reach service: ${goNetworkError(errorText(error))}`);

/** Pages, in an encoding that can be read. Redirects are followed by their header. */
function hasLinks({ headers }: IncomingMessage, { request }: Forwarding): boolean {
  const [mediaType = ""] = (headers["content-type"] ?? "").split(";");
  const isReadable = ["gzip", "identity", undefined].includes(headers["content-encoding"]);
  return mediaType.trim() === "text/html" && isReadable && headers.location === undefined && request.method !== "HEAD";
}

const webStream = (stream: Readable): ReadableStream<Uint8Array> => Readable.toWeb(stream);

/** Rejects with the system's error when nobody is there. */
export async function sendRequest(dialer: PodDialer, forwarding: Forwarding): Promise<IncomingMessage> {
  const { target, path, request, signal } = forwarding;
  const socket = await connectTo(dialer, target, signal);
  return await new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        createConnection: () => socket,
        // Small servers end their headers with a line feed alone; Go's client, and so Kubernetes, takes that.
        insecureHTTPParser: true,
        method: request.method,
        path,
        headers: { ...sentHeaders(forwarding), connection: "close" },
        signal,
      },
      resolve,
    );
    outgoing.once("error", reject);
    if (request.body) request.body.pipe(outgoing);
    else outgoing.end();
  });
}

/** Those of the client that are not for this server alone, and those that the way adds. */
export const sentHeaders = ({ request, headers = {}, target }: Forwarding): OutgoingHttpHeaders => ({
  ...passedOn(request.headers),
  ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()])),
  host: `${target.host}:${target.port}`,
});

const passedOn = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !DROPPED_HEADERS.has(name) && !name.startsWith(":") && !name.startsWith("impersonate-"),
    ),
  );

function answeredHeaders(
  headers: IncomingHttpHeaders,
  forwarding: Forwarding,
): Record<string, string | readonly string[]> {
  const answered: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !DROPPED_HEADERS.has(name)) answered[name] = value;
  }
  const location = headers.location === undefined ? undefined : behindProxy(headers.location, forwarding);
  if (location !== undefined) answered["location"] = location;
  return answered;
}

/** Where an address on the same server is found through the proxy; undefined for what is elsewhere, relative or there already. */
function behindProxy(address: string, { prefix, target: { scheme, host, port } }: Forwarding): string | undefined {
  const origin = `${scheme}://${host}:${port}`;
  const path = address.startsWith(`${origin}/`) ? address.slice(origin.length) : address;
  const isOwn = path.startsWith("/") && !path.startsWith("//");
  return isOwn && !path.startsWith(prefix) ? prefix + path : undefined;
}
