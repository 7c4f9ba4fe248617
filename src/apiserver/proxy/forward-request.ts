import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { Readable, type Duplex } from "node:stream";
import { connect } from "node:tls";

import { apiError } from "../../api/api-error.ts";
import { errorText } from "../../lib/logger.ts";
import type { ByteStreamAnswer, HttpRequestParts } from "../api-request.ts";
import type { PodDialer } from "../pod-dialer.ts";
import type { ProxyTarget } from "./proxy-target.ts";

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
  /** Of the proxy: redirects of the target are put behind it. */
  readonly prefix: string;
  readonly request: HttpRequestParts;
  readonly signal: AbortSignal;
}

/** Sends a request on to a server inside the cluster and answers with what that answers. */
export async function forwardRequest(dialer: PodDialer, forwarding: Forwarding): Promise<ByteStreamAnswer> {
  const response = await sent(dialer, forwarding).catch((error: unknown) => {
    throw apiError("ServiceUnavailable", `error trying to reach service: ${errorText(error)}`);
  });
  return {
    form: "bytes",
    statusCode: response.statusCode ?? 502,
    headers: answeredHeaders(response.headers, forwarding),
    // Node's and the web's streams have the same shape under two names.
    body: Readable.toWeb(response) as unknown as ReadableStream<Uint8Array>,
  };
}

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

async function connected(dialer: PodDialer, { scheme, host, port }: ProxyTarget, signal: AbortSignal): Promise<Duplex> {
  const socket = await dialer.dial(host, port, signal);
  // Certificates inside the cluster name no address that could be checked. Kubernetes does this too.
  return scheme === "https" ? connect({ socket, rejectUnauthorized: false }) : socket;
}

const passedOn = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !DROPPED_HEADERS.has(name) && !name.startsWith(":") && !name.startsWith("impersonate-"),
    ),
  );

function answeredHeaders(
  headers: IncomingHttpHeaders,
  { prefix, target }: Forwarding,
): Record<string, string | readonly string[]> {
  const answered: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !DROPPED_HEADERS.has(name)) answered[name] = value;
  }
  const location = ownPath(headers.location, target);
  if (location !== undefined) answered["location"] = prefix + location;
  return answered;
}

/** The path of a redirect that stays on the same server. */
function ownPath(location: string | undefined, { scheme, host, port }: ProxyTarget): string | undefined {
  if (location?.startsWith("/")) return location;
  const origin = `${scheme}://${host}:${port}`;
  return location?.startsWith(`${origin}/`) ? location.slice(origin.length) : undefined;
}
