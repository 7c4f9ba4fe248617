import type { ServerContext } from "../server-context.ts";
import { discoveryPathsOf } from "./discovery-routes.ts";
import type { PathRoutes } from "./path-routes.ts";

/** The root: every path that answers a GET, for people who look around. */
export function addPathList(app: PathRoutes, context: ServerContext): void {
  app.get("/", () => Response.json({ paths: pathsOf(app, context) }));
}

function pathsOf(app: PathRoutes, context: ServerContext): string[] {
  const paths = app.routes
    .filter(({ method, path }) => method === "GET" && path !== "/" && !path.includes("*") && !path.includes(":"))
    .map(({ path }) => path)
    // What is below /kube is for our own command line.
    .filter((path) => (!path.endsWith("/") || path === "/apis/") && !/^\/(kube|debug)\//.test(path));
  return [...new Set([...paths, ...discoveryPathsOf(context)])].toSorted();
}
