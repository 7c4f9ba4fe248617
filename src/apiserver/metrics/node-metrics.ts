import { notFound } from "../../api/api-error.ts";
import { nodes } from "../../api/resources.ts";
import type { Node } from "../../api/types/core-v1.ts";
import type { NodeMetrics } from "../../api/types/metrics-v1beta1.ts";
import { plain } from "../api-request.ts";
import type { Handlers } from "../handlers.ts";
import type { NodeUsage } from "../node-reports.ts";
import { selectionOf } from "../selection.ts";
import { measuredList, momentOf, NODE_METRICS, usageOf } from "./measured.ts";

/** What nodes use now, asked of each of them. */
export const nodeMetrics: Handlers = {
  async get({ reader, nodeReports, clock }, { name, resource, signal }) {
    const node = await reader.find(nodes, "", name);
    const usage = node && (await nodeReports.usage(name, signal));
    if (!usage) throw notFound(NODE_METRICS, name);
    return { ...plain(metricsOf(node, usage, clock.now()), 200), resource };
  },
  async list({ reader, nodeReports, clock }, request) {
    const { matches } = selectionOf(request);
    const found = (await reader.list(nodes)).filter(matches);
    const metrics = await Promise.all(
      found.map(async (node) => {
        const usage = await nodeReports.usage(node.metadata.name ?? "", request.signal);
        return usage ? [metricsOf(node, usage, clock.now())] : [];
      }),
    );
    return measuredList(request.resource, metrics.flat());
  },
};

function metricsOf({ metadata }: Readonly<Node>, usage: NodeUsage, now: number): NodeMetrics {
  return {
    kind: "NodeMetrics",
    apiVersion: "metrics.k8s.io/v1beta1",
    metadata: { name: metadata.name, ...momentOf(metadata, now) },
    timestamp: usage.timestamp,
    window: usage.window,
    usage: usageOf(usage),
  };
}
