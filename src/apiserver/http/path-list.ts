import type { Front } from "./http-front.ts";

/** The root: every path that answers a GET, for people who look around. */
export function addPathList(app: Front): void {
  app.get("/", () => Response.json({ paths: pathsOf(app) }));
}

function pathsOf(app: Front): string[] {
  const paths = app.routes
    .filter(({ method, path }) => method === "GET" && path !== "/" && !path.includes("*") && !path.includes(":"))
    .map(({ path }) => path)
    .filter((path) => !path.endsWith("/") || path === "/apis/");
  return [...new Set(paths)].toSorted();
}
