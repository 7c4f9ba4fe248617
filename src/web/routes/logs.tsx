/** @jsxImportSource hono/jsx */
import type { Context, Hono } from "hono";

import type { LoggedLine } from "../../feeds/log-buffer.ts";
import { followLog } from "../../feeds/log-feed.ts";
import { findResource } from "../../feeds/resource.ts";
import { logHref, queryText } from "../addresses.ts";
import { type LogChoice, LogsPage } from "../pages/logs-page.tsx";
import { containerNames } from "../pages/object-page.tsx";
import type { WebContext } from "../web-context.ts";
import { coalesced, liveStream } from "./live-stream.ts";
import { notFound } from "./not-found.ts";
import { knownObject } from "./objects.tsx";
import { page } from "./page.tsx";

const FRAME_MS = 50;

/** Logs of containers, as they are written. */
export function addLogRoutes(app: Hono, context: WebContext): void {
  app.get("/logs/:namespace/:pod", async (c) => {
    const { namespace, pod } = c.req.param();
    const resource = findResource(await context.catalog.resources(), "pods");
    if (!resource) throw notFound("The server has no pods");
    const containers = containerNames(await knownObject(context, { resource, namespace, name: pod }));
    const choice = { ...logChoice(c), container: c.req.query("container") ?? containers.at(-1) ?? "" };
    const query = { container: choice.container, previous: choice.isPrevious ? "1" : undefined };
    return page(c, context, {
      title: `Log of ${pod}`,
      current: "pods",
      live: `${logHref(namespace, pod)}/live${queryText(query)}`,
      children: <LogsPage choice={choice} containers={containers} />,
    });
  });
  app.get("/logs/:namespace/:pod/live", (c) => {
    const { namespace, pod, container, isPrevious } = logChoice(c);
    return liveStream(c, context, (send, ended) => {
      let lines: LoggedLine[] = [];
      const flush = coalesced(context.clock, FRAME_MS, () => {
        send(
          "lines",
          lines.map(({ timestamp, text }) => ({ time: timestamp, text })),
        );
        lines = [];
      });
      const onLine = (line: LoggedLine): void => {
        lines.push(line);
        flush();
      };
      send("reset", null);
      const { transport, clock } = context;
      // It ends with the stream, and tells its failures as lines.
      void followLog({ transport, source: { namespace, pod, container }, isPrevious, clock, signal: ended, onLine });
      return flush;
    });
  });
}

function logChoice(c: Context): LogChoice {
  const { namespace = "", pod = "" } = c.req.param() as Record<string, string>;
  return { namespace, pod, container: c.req.query("container") ?? "", isPrevious: c.req.query("previous") === "1" };
}
