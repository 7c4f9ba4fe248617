import type { Hono } from "hono";

import script from "../assets/live.js" with { type: "text" };

import style from "../assets/style.css" with { type: "text" };

/** What pages load besides themselves. Both are in the executable. */
export function addAssetRoutes(app: Hono): void {
  app.get("/assets/style.css", (c) => c.body(style, 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/assets/live.js", (c) => c.body(script, 200, { "content-type": "text/javascript; charset=utf-8" }));
}
