import type { Store } from "../../store/store.ts";
import type { PathRoutes } from "./path-routes.ts";

/** Something that must work for the server to be well. Throws, or rejects, when it does not. */
interface HealthCheck {
  readonly name: string;
  readonly check: () => void | Promise<unknown>;
}

/** Whether the server is alive (restart it if not) and ready (send it requests), as text for people and probes. */
export function addHealthRoutes(app: PathRoutes, store: Store, isShuttingDown: () => boolean): void {
  const alive: readonly HealthCheck[] = [
    { name: "ping", check: () => undefined },
    { name: "log", check: () => undefined },
    // Named as in Kubernetes, whose clients look for it, whatever the store is.
    { name: "etcd", check: () => store.revision() },
  ];
  const shutdown: HealthCheck = {
    name: "shutdown",
    check() {
      if (isShuttingDown()) throw new Error("The server is shutting down");
    },
  };
  addEndpoint(app, "healthz", alive);
  addEndpoint(app, "livez", alive);
  addEndpoint(app, "readyz", [...alive, shutdown]);
}

function addEndpoint(app: PathRoutes, name: string, checks: readonly HealthCheck[]): void {
  app.get(`/${name}`, async (c) => {
    const query = c.get("query");
    const excluded = new Set(query.getAll("exclude"));
    const results = await Promise.all(
      checks.map(async (each) => ({ name: each.name, isExcluded: excluded.has(each.name), isOk: await passes(each) })),
    );
    const lines = results.map((result) => {
      if (result.isExcluded) return `[+]${result.name} excluded: ok\n`;
      return result.isOk ? `[+]${result.name} ok\n` : `[-]${result.name} failed: reason withheld\n`;
    });
    const isOk = results.every((result) => result.isOk || result.isExcluded);
    if (!isOk) return c.text(`${lines.join("")}${name} check failed\n`, 500);
    return c.text(query.has("verbose") ? `${lines.join("")}${name} check passed\n` : "ok");
  });
  for (const each of checks) {
    app.get(`/${name}/${each.name}`, async (c) =>
      (await passes(each)) ? c.text("ok") : c.text("internal server error: reason withheld\n", 500),
    );
  }
}

async function passes({ check }: HealthCheck): Promise<boolean> {
  try {
    await check();
    return true;
  } catch {
    // The answer says which check failed; why is in the log of what failed.
    return false;
  }
}
