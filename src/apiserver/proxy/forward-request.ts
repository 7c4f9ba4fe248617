import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { pipeline, Readable, type Duplex } from "node:stream";
import { connect } from "node:tls";
import { createGunzip } from "node:zlib";

import { apiError } from "../../api/api-error.ts";
import { errorText } from "../../lib/logger.ts";
import type { ByteStreamAnswer, HttpRequestParts } from "../api-request.ts";
import type { PodDialer } from "../pod-dialer.ts";
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
  readonly signal: AbortSignal;
}

/** Sends a request on to a server inside the cluster and answers with what that answers. */
export async function forwardRequest(dialer: PodDialer, forwarding: Forwarding): Promise<ByteStreamAnswer> {
  const response = await sent(dialer, forwarding).catch((error: unknown) => {
    throw apiError("ServiceUnavailable", `error trying to reach service: ${errorText(error)}`);
  });
  const headers = answeredHeaders(response.headers, forwarding);
  const answer = { form: "bytes", statusCode: response.statusCode ?? 502 } as const;
  if (!hasLinks(response, forwarding)) return { ...answer, headers, body: webStream(response) };
  const { "content-length": _, "content-encoding": encoding, ...others } = headers;
  const page = encoding === "gzip" ? pipeline(response, createGunzip(), () => undefined) : response;
  return { ...answer, headers: others, body: rewriteLinks(webStream(page), (link) => behindProxy(link, forwarding)) };
}

/** Pages, in an encoding that can be read. Redirects are followed by their header. */
function hasLinks({ headers }: IncomingMessage, { request }: Forwarding): boolean {
  const [mediaType = ""] = (headers["content-type"] ?? "").split(";");
  const isReadable = ["gzip", "identity", undefined].includes(headers["content-encoding"]);
  return mediaType.trim() === "text/html" && isReadable && headers.location === undefined && request.method !== "HEAD";
}

const webStream = (stream: Readable): ReadableStream<Uint8Array> => Readable.toWeb(stream);

async function sent(dialer: PodDialer, { target, path, request, signal }: Forwarding): Promise<IncomingMessage> {
  const socket = await connected(dialer, target, signal);
  return await new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        createConnection: () => socket,
        // Small servers end their headers with a line feed alone; Go's client, and so Kubernetes, takes that.
        insecureHTTPParser: true,
        method: request.method,
        path,
        headers: { ...passedOn(request.headers), host: `${target.host}:${target.port}`, connection: "close" },
        signal,
      },
      resolve,
    );
    outgoing.once("error", reject);
    if (request.body) request.body.pipe(outgoing);
    else outgoing.end();
  });
}

export async function connected(
  dialer: PodDialer,
  { scheme, host, port }: ProxyTarget,
  signal: AbortSignal,
): Promise<Duplex> {
  const socket = await dialer.dial(host, port, signal);
  // Certificates inside the cluster name no address that could be checked. Kubernetes does this too.
  return scheme === "https" ? connect({ socket, rejectUnauthorized: false }) : socket;
}

export const passedOn = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
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
