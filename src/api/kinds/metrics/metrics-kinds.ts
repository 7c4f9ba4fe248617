import type { Kind } from "../../kind.ts";
import { addQuantities, formatQuantity, parseQuantity, ZERO } from "../../quantity.ts";
import type { NodeMetrics, PodMetrics } from "../../types/metrics-v1beta1.ts";
import { nameColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { nodeMetricsResource, podMetricsResource } from "./metrics-resources.ts";

/*
 * What metrics-server adds to a cluster: read-only objects that are measured when somebody asks for them. They are none of Kubernetes' own
 * kinds, so no controller looks after them.
 */

const DEFINITIONS = "io.k8s.metrics.pkg.apis.metrics.v1beta1";

const nodeMetrics: Kind<NodeMetrics> = defineKind<NodeMetrics>({
  type: nodeMetricsResource,
  definition: `${DEFINITIONS}.NodeMetrics`,
  singular: "",
  verbs: ["get", "list"],
  columns: [
    nameColumn,
    text("cpu", ({ usage }) => usage["cpu"] ?? "0"),
    text("memory", ({ usage }) => usage["memory"] ?? "0"),
    text("Window", ({ window }) => window),
  ],
});

const podMetrics: Kind<PodMetrics> = defineKind<PodMetrics>({
  type: podMetricsResource,
  definition: `${DEFINITIONS}.PodMetrics`,
  singular: "",
  verbs: ["get", "list"],
  columns: [
    nameColumn,
    text("cpu", (metrics) => total(metrics, "cpu")),
    text("memory", (metrics) => total(metrics, "memory")),
    text("Window", ({ window }) => window),
  ],
});

const total = ({ containers }: PodMetrics, resource: string): string =>
  formatQuantity(containers.map(({ usage }) => parseQuantity(usage[resource] ?? 0)).reduce(addQuantities, ZERO));

export const metricsKinds = [nodeMetrics, podMetrics] as unknown as readonly Kind[]; // Each meets only its own objects.
