/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";

import { isApiError } from "../api/api-error.ts";
import { errorText } from "../lib/logger.ts";
import { type Access, SAFE_HEADERS } from "./access.ts";
import { markup } from "./pages/markup.ts";
import { MessagePage } from "./pages/message-page.tsx";
import { addApplyRoutes } from "./routes/apply.tsx";
import { addAssetRoutes } from "./routes/assets.ts";
import { addHomeRoutes } from "./routes/home.tsx";
import { addLogRoutes } from "./routes/logs.tsx";
import { addObjectRoutes } from "./routes/objects.tsx";
import { ALL_NAMESPACES, NAMESPACE_COOKIE } from "./routes/page.tsx";
import { addTableRoutes } from "./routes/tables.tsx";
import type { WebContext } from "./web-context.ts";

const COOKIE_OPTIONS = { httpOnly: true, sameSite: "Strict", path: "/" } as const;

/** All pages. `port` tells sessions of several servers on one host apart: browsers do not. */
export function webApp(context: WebContext, access: Access, port: number): Hono {
  const app = new Hono();
  const sessionCookie = `kube-session-${port}`;
  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) c.header(name, value);
    const refusal = access.refusal(
      {
        method: c.req.method,
        host: c.req.header("host"),
        origin: c.req.header("origin"),
        fetchSite: c.req.header("sec-fetch-site"),
        session: getCookie(c, sessionCookie),
      },
      c.req.path === "/enter" && c.req.method === "GET",
    );
    if (refusal) return c.html(messagePage("Not here", refusal.text), refusal.status);
    return next();
  });
  app.get("/enter", (c) => {
    if (!access.isOpenedBy(c.req.query("link") ?? ""))
      return c.html(
        messagePage("This link was used before", "Press Enter in the terminal that showed it: that makes a new one."),
        403,
      );
    setCookie(c, sessionCookie, access.session, COOKIE_OPTIONS);
    return c.redirect("/", 303);
  });
  app.post("/namespace", async (c) => {
    const form = await c.req.parseBody();
    const namespace = typeof form["namespace"] === "string" ? form["namespace"] : "";
    setCookie(c, NAMESPACE_COOKIE, namespace === "" ? ALL_NAMESPACES : namespace, COOKIE_OPTIONS);
    const back = typeof form["back"] === "string" ? form["back"] : "";
    return c.redirect(/^\/(?:resources\/[\w.-]+)?$/.test(back) ? back : "/", 303);
  });
  addAssetRoutes(app);
  addHomeRoutes(app, context);
  addTableRoutes(app, context);
  addObjectRoutes(app, context);
  addLogRoutes(app, context);
  addApplyRoutes(app, context);
  app.notFound((c) => c.html(messagePage("Nothing here", `There is no page ${c.req.path}.`), 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.html(messagePage("Nothing here", error.message), error.status);
    const title = isApiError(error) ? "The server refused" : "This page could not be made";
    return c.html(messagePage(title, errorText(error)), 502);
  });
  return app;
}

const messagePage = (title: string, text: string): string =>
  `<!doctype html>${markup(<MessagePage title={title} text={text} />)}`;
