import { badRequest } from "../../api/api-error.ts";
import type { JsonValue } from "../../lib/json/json-value.ts";
import type { ClusterControl } from "../cluster-control.ts";
import type { PathRoutes } from "./path-routes.ts";

/** For the cluster's owner, as every path that no role names. */
export function addClusterControlRoutes(app: PathRoutes, control: ClusterControl): void {
  app.patch("/kube/settings", async (c) => {
    const settings = await c.req.json<JsonValue>().catch(() => {
      throw badRequest("the settings must be JSON");
    });
    return done(await control.change(settings));
  });
  app.post("/kube/pause", async () => done(await control.pause()));
  app.post("/kube/unpause", async () => done(await control.unpause()));
}

const done = (_nothing: void): Response => Response.json({});
