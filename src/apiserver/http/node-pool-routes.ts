import { badRequest } from "../../api/api-error.ts";
import type { NodePool } from "../node-pool.ts";
import type { PathRoutes } from "./path-routes.ts";

const MOST_AT_ONCE = 250;

/** For the cluster's owner, as every path that no role names. */
export function addNodePoolRoutes(app: PathRoutes, pool: NodePool): void {
  app.get("/kube/nodes", () => Response.json({ nodes: pool.list() }));
  app.post("/kube/nodes", async (c) => Response.json({ nodes: await pool.add(countOf(c.req.query("count"))) }));
  app.delete("/kube/nodes/:name", async (c) => done(await pool.remove(c.req.param("name"))));
  app.post("/kube/nodes/:name/stop", async (c) => done(await pool.stop(c.req.param("name"))));
  app.post("/kube/nodes/:name/start", async (c) => done(await pool.start(c.req.param("name"))));
}

const done = (_nothing: void): Response => Response.json({});

function countOf(text = "1"): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MOST_AT_ONCE) {
    throw badRequest(`count must be a whole number from 1 to ${MOST_AT_ONCE}`);
  }
  return count;
}
