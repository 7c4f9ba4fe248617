import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

import { serviceUnavailable } from "../aggregation/service-unavailable.ts";
import type { ServerContext } from "../server-context.ts";
import { streamBytes } from "./byte-stream.ts";
import type { OpenStreams } from "./open-streams.ts";
import type { PathRoutes } from "./path-routes.ts";
import { sentOn } from "./sent-on.ts";

/** What a server of another group version lists at its root is asked of that server. */
export function addExtensionRoutes(
  app: PathRoutes,
  { extensions, extensionClient }: ServerContext,
  streams: OpenStreams,
): void {
  app.all("/apis/:group/:version{/?}", async (c, next) => {
    const extension = extensions.find(c.req.param("group"), c.req.param("version"));
    if (!extension) return next();
    if (!extension.isAvailable) throw serviceUnavailable();
    const { incoming, outgoing } = c.env;
    const auditId = String(outgoing.getHeader("audit-id"));
    const answer = await extensionClient.forward(extension, c.get("user"), sentOn(incoming), {
      auditId,
      signal: c.req.raw.signal,
    });
    if (answer.form === "bytes") streamBytes({ response: outgoing, streams }, answer);
    return RESPONSE_ALREADY_SENT;
  });
}
