import type { ResourceType } from "../../resource-type.ts";
import type { NodeMetrics, PodMetrics } from "../../types/metrics-v1beta1.ts";

const METRICS = { group: "metrics.k8s.io", version: "v1beta1" } as const;

export const nodeMetricsResource: ResourceType<NodeMetrics> = {
  ...METRICS,
  resource: "nodes",
  kind: "NodeMetrics",
  namespaced: false,
};

export const podMetricsResource: ResourceType<PodMetrics> = {
  ...METRICS,
  resource: "pods",
  kind: "PodMetrics",
  namespaced: true,
};
