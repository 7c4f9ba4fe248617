import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";

import { getRequestListener } from "@hono/node-server";

import { isApiError } from "../../api/api-error.ts";
import type { MetricsRegistry } from "../../lib/metrics/metrics.ts";
import { uuid } from "../../lib/random.ts";
import { AS_OBJECT, type Representation } from "../answers/representation.ts";
import type { RequestBody } from "../api-request.ts";
import { TooManyRequests } from "../flow-control/flow-control.ts";
import { handleRequest } from "../pipeline.ts";
import type { ResourceRequestInfo } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";
import { enterGate } from "./flow-gate.ts";
import type { HttpRequest, HttpResponse } from "./http-request.ts";
import type { Identify } from "./identify.ts";
import type { OpenStreams } from "./open-streams.ts";
import { pathRoutes } from "./path-routes.ts";
import { readBody } from "./read-body.ts";
import { requestAddress } from "./request-address.ts";
import { beforeDeadline, requestTimeoutMs } from "./request-deadline.ts";
import { sendAnswer } from "./send-answer.ts";
import { sendRefusal } from "./send-refusal.ts";
import { sentOn } from "./sent-on.ts";
import { wantedRepresentation } from "./wanted-representation.ts";

export interface FrontOptions {
  readonly context: ServerContext;
  readonly identify: Identify;
  readonly streams: OpenStreams;
  readonly metrics: MetricsRegistry;
  readonly isShuttingDown: () => boolean;
}

const AS_JSON: Representation = { format: "json", pretty: false, shape: AS_OBJECT };

type Front = (request: HttpRequest, response: ServerResponse | Http2ServerResponse) => Promise<void>;

/**
 * The way of a request over the network. Requests for resources, which are nearly all, go straight to the pipeline: the
 * Request and Response objects that hono needs to route the rest would be a tenth of the work of a get.
 */
export function httpFront(options: FrontOptions): Front {
  const servePath = getRequestListener(pathRoutes(options).fetch, { overrideGlobalObjects: false });
  return async (request, response) => {
    const id = auditId(request);
    response.setHeader("audit-id", id);
    const { info, query } = requestAddress(request);
    if (info.type === "path") return servePath(request, response);
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    try {
      const timeoutMs = requestTimeoutMs(info, query);
      const work = serveResource(options, { id, info, query, gone: gone.signal }, request, response);
      await (timeoutMs === undefined ? work : beforeDeadline(work, timeoutMs, options.context.clock));
    } catch (error) {
      if (isApiError(error, "Timeout") && !response.headersSent) expire(options, info, request, response, gone);
      if (error instanceof TooManyRequests) options.context.metrics.terminated(info, 429);
      sendRefusal(request, response, error, options.context.log);
    }
  };
}

/** Gives up a request whose time is over. A client that is still sending must not go on with it. */
function expire(
  { context }: FrontOptions,
  info: ResourceRequestInfo,
  request: HttpRequest,
  response: HttpResponse,
  gone: AbortController,
): void {
  if (gone.signal.aborted) return;
  gone.abort();
  context.metrics.terminated(info, 504);
  if (!request.complete && !("stream" in request)) response.setHeader("connection", "close");
}

/** One name for a request in the logs of client and server; the client may choose it. */
function auditId({ headers }: HttpRequest): string {
  const given = headers["audit-id"];
  return typeof given === "string" && given !== "" ? given : uuid();
}

interface RequestAddress {
  readonly id: string;
  readonly info: ResourceRequestInfo;
  readonly query: URLSearchParams;
  /** Aborts when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

async function serveResource(
  { context, identify, streams }: FrontOptions,
  { id, info, query, gone }: RequestAddress,
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const user = await identify(request);
  const userAgent = request.headers["user-agent"] ?? "";
  // What is sent on is neither read nor limited here, and answered in the form its server chooses.
  const isSentOn = info.subresource === "proxy" || context.extensions.find(info.group, info.version) !== undefined;
  const representation = isSentOn ? AS_JSON : wantedRepresentation(context, info, request, query);
  const entered = enterGate(context, { user, info, query, response, signal: gone });
  const leave = typeof entered === "function" ? entered : await entered;
  try {
    const warnings: string[] = [];
    const body: RequestBody = isSentOn ? { form: "none" } : await readBody(request);
    const answer = await handleRequest(context, info, {
      query,
      user,
      userAgent,
      body,
      http: isSentOn ? sentOn(request) : undefined,
      warnings,
      signal: gone,
      origin: { id, uri: request.url ?? "/", sourceIps: [request.socket.remoteAddress ?? ""] },
    });
    const now = (): number => context.clock.now();
    const onSize = (sizeBytes: number): void => context.metrics.sent(info, body, sizeBytes);
    sendAnswer({ request, response, representation, warnings, streams, now, onSize }, answer);
  } finally {
    leave();
  }
}
