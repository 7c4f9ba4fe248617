import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono, type Context } from "hono";

import { ApiError, internalError, isApiError } from "../../api/api-error.ts";
import { uuid } from "../../lib/random.ts";
import type { HttpRequestParts } from "../api-request.ts";
import { forbiddenTo } from "../auth/forbidden.ts";
import type { UserInfo } from "../auth/user-info.ts";
import { handleRequest, NoSuchPath } from "../pipeline.ts";
import { representationFor } from "../representation.ts";
import { requestInfo, type RequestInfo } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";
import { addDiscoveryRoutes } from "./discovery-routes.ts";
import { addHealthRoutes } from "./health-routes.ts";
import { type HttpEnv, type HttpRequest } from "./http-request.ts";
import type { Identify } from "./identify.ts";
import type { OpenStreams } from "./open-streams.ts";
import { addOpenApiRoutes } from "./openapi-routes.ts";
import { addPathList } from "./path-list.ts";
import { ClientGone, readBody } from "./read-body.ts";
import { sendAnswer } from "./send-answer.ts";
import { addTokenKeyRoutes } from "./token-key-routes.ts";
import { addVersionRoute } from "./version-route.ts";

/** What the stages of the pipeline leave for each other. */
interface FrontEnv extends HttpEnv {
  Variables: { info: RequestInfo; query: URLSearchParams; user: UserInfo };
}

export type Front = Hono<FrontEnv>;
type RequestContext = Context<FrontEnv>;

export interface FrontOptions {
  readonly context: ServerContext;
  readonly identify: Identify;
  readonly streams: OpenStreams;
  readonly isShuttingDown: () => boolean;
}

/** The way of a request over the network, top to bottom. */
export function httpFront(options: FrontOptions): Front {
  const app: Front = new Hono<FrontEnv>();
  app.use(readRequestInfo);
  app.use(authentication(options.identify));
  app.use(pathAuthorization(options.context));
  addHealthRoutes(app, options.context.store, options.isShuttingDown);
  addVersionRoute(app);
  addDiscoveryRoutes(app, options.context.resources);
  addOpenApiRoutes(app, options.context.resources);
  addTokenKeyRoutes(app, options.context.tokens);
  addPathList(app);
  app.all("/api/*", (c) => serveResource(options, c));
  app.all("/apis/*", (c) => serveResource(options, c));
  app.notFound((c) => c.text("404 page not found\n", 404));
  app.onError((error, c) => errorResponse(options, error, c));
  return app;
}

type Next = () => Promise<void>;

function readRequestInfo(c: RequestContext, next: Next): Promise<void> {
  const { incoming, outgoing } = c.env;
  const url = incoming.url ?? "/";
  const end = url.indexOf("?");
  const query = new URLSearchParams(end === -1 ? "" : url.slice(end + 1));
  c.set("query", query);
  c.set("info", requestInfo(incoming.method ?? "GET", end === -1 ? url : url.slice(0, end), query));
  outgoing.setHeader("audit-id", auditId(incoming));
  return next();
}

/** One name for a request in the logs of client and server; the client may choose it. */
function auditId({ headers }: HttpRequest): string {
  const given = headers["audit-id"];
  return typeof given === "string" && given !== "" ? given : uuid();
}

function authentication(identify: Identify) {
  return async (c: RequestContext, next: Next): Promise<void> => {
    c.set("user", await identify(c.env.incoming));
    await next();
  };
}

/** Resources are authorized on their way to the handler, as those of in-process clients are; here it is about all other paths. */
function pathAuthorization({ authorizer }: ServerContext) {
  return async (c: RequestContext, next: Next): Promise<void> => {
    const info = c.get("info");
    if (info.type === "path") {
      const attributes = { ...info, user: c.get("user") };
      const { allowed, reason } = await authorizer.authorize(attributes);
      if (!allowed) throw forbiddenTo(attributes, reason);
    }
    await next();
  };
}

async function serveResource({ context, streams }: FrontOptions, c: RequestContext): Promise<Response> {
  const info = c.get("info");
  if (info.type === "path") return c.notFound();
  const { incoming, outgoing } = c.env;
  const userAgent = incoming.headers["user-agent"] ?? "";
  const representation = representationFor({ accept: incoming.headers.accept, userAgent }, c.get("query"));
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  const warnings: string[] = [];
  // What is sent on is neither read nor limited here.
  const isProxied = info.subresource === "proxy";
  const answer = await handleRequest(context, info, {
    query: c.get("query"),
    user: c.get("user"),
    userAgent,
    body: isProxied ? { form: "none" } : await readBody(incoming),
    http: isProxied ? sentOn(incoming) : undefined,
    warnings,
    signal: gone.signal,
  });
  sendAnswer(
    { request: incoming, response: outgoing, representation, warnings, streams, now: () => context.clock.now() },
    answer,
  );
  return RESPONSE_ALREADY_SENT;
}

const sentOn = (request: HttpRequest): HttpRequestParts => ({
  method: request.method ?? "GET",
  url: request.url ?? "/",
  headers: request.headers,
  body: request.method === "GET" || request.method === "HEAD" ? undefined : request,
});

async function errorResponse({ context: { log } }: FrontOptions, error: unknown, c: RequestContext): Promise<Response> {
  if (error instanceof NoSuchPath) return c.notFound();
  // Nobody is there to be told.
  if (error instanceof ClientGone || c.env.outgoing.headersSent) return RESPONSE_ALREADY_SENT;
  const refusal = isApiError(error) ? error : internalError(String(error));
  if (refusal !== error) log.error("A request failed", { error, path: c.req.path });
  return statusResponse(refusal);
}

function statusResponse({ status, code }: ApiError): Response {
  const { retryAfterSeconds } = status.details ?? {};
  return new Response(JSON.stringify(status), {
    status: code,
    headers: {
      "content-type": "application/json",
      ...(retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : {}),
    },
  });
}
