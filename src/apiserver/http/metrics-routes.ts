import type { MetricsRegistry } from "../../lib/metrics/metrics.ts";
import type { PathRoutes } from "./path-routes.ts";

const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** What Prometheus reads. */
export function addMetricsRoutes(app: PathRoutes, metrics: MetricsRegistry): void {
  app.get("/metrics", async () => new Response(await metrics.text(), { headers: { "content-type": CONTENT_TYPE } }));
}
