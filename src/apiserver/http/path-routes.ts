import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono, type Context } from "hono";

import { forbiddenTo } from "../auth/forbidden.ts";
import type { UserInfo } from "../auth/user-info.ts";
import type { ServerContext } from "../server-context.ts";
import { addClusterControlRoutes } from "./cluster-control-routes.ts";
import { addDiscoveryRoutes } from "./discovery-routes.ts";
import { addExtensionRoutes } from "./extension-routes.ts";
import { addFlowDebugRoutes } from "./flow-debug-routes.ts";
import { enterGate } from "./flow-gate.ts";
import { addHealthRoutes } from "./health-routes.ts";
import { addHistoryRoutes } from "./history-routes.ts";
import type { FrontOptions } from "./http-front.ts";
import type { HttpEnv } from "./http-request.ts";
import type { Identify } from "./identify.ts";
import { addMetricsRoutes } from "./metrics-routes.ts";
import { addNodePoolRoutes } from "./node-pool-routes.ts";
import { addOpenApiRoutes } from "./openapi-routes.ts";
import { addPathList } from "./path-list.ts";
import { requestAddress } from "./request-address.ts";
import { PAGE_NOT_FOUND, sendRefusal } from "./send-refusal.ts";
import { addTokenKeyRoutes } from "./token-key-routes.ts";
import { addVersionRoute } from "./version-route.ts";

/** What the stages leave for the routes. */
interface PathEnv extends HttpEnv {
  Variables: { query: URLSearchParams; user: UserInfo };
}

export type PathRoutes = Hono<PathEnv>;
type PathContext = Context<PathEnv>;
type Next = () => Promise<void>;

/** Everything that is served and is no resource: health, version, discovery, OpenAPI. */
export function pathRoutes({ context, identify, metrics, streams, isShuttingDown }: FrontOptions): PathRoutes {
  const app: PathRoutes = new Hono<PathEnv>();
  app.use(authorized(identify, context));
  addHealthRoutes(app, context.store, isShuttingDown);
  addVersionRoute(app);
  addExtensionRoutes(app, context, streams);
  addDiscoveryRoutes(app, context);
  addOpenApiRoutes(app, context, streams);
  addTokenKeyRoutes(app, context.tokens);
  if (context.nodePool) addNodePoolRoutes(app, context.nodePool);
  if (context.clusterControl) addClusterControlRoutes(app, context.clusterControl);
  if (context.timeTravel) addHistoryRoutes(app, context, context.timeTravel);
  addMetricsRoutes(app, metrics);
  addPathList(app, context);
  addFlowDebugRoutes(app, context.flowControl);
  app.notFound((c) => c.text(PAGE_NOT_FOUND, 404));
  app.onError((error, c) => {
    sendRefusal(c.env.incoming, c.env.outgoing, error, context.log);
    return RESPONSE_ALREADY_SENT;
  });
  return app;
}

/** Resources are authorized on their way to the handler, as those of in-process clients are; here it is about all other paths. */
function authorized(identify: Identify, context: ServerContext) {
  const { authorizer } = context;
  return async (c: PathContext, next: Next): Promise<void> => {
    const { info, query } = requestAddress(c.env.incoming);
    c.set("query", query);
    const user = await identify(c.env.incoming);
    c.set("user", user);
    const attributes = { ...info, user };
    const { incoming } = c.env;
    const audited = context.audit?.begin({
      attributes,
      impersonator: user.impersonatedBy,
      id: String(c.env.outgoing.getHeader("audit-id")),
      uri: incoming.url ?? "/",
      sourceIps: [incoming.socket.remoteAddress ?? ""],
      userAgent: incoming.headers["user-agent"] ?? "",
    });
    const { allowed, reason } = await authorizer.authorize(attributes);
    audited?.decided(allowed, reason);
    if (!allowed) {
      const refusal = forbiddenTo(attributes, reason);
      audited?.failed(refusal);
      throw refusal;
    }
    const { signal } = c.req.raw;
    const leave = await enterGate(context, { user, info, query, response: c.env.outgoing, signal });
    try {
      await next();
      audited?.completed({ code: c.res.status });
    } finally {
      leave();
    }
  };
}
