import type { MetricFamily, MetricSample } from "../../lib/metrics/prometheus-text.ts";
import type { MeasuredStats } from "../stats/usage-meter.ts";
import { measuredPods, type NodeSnapshot, startOf, usageSum } from "./node-snapshot.ts";

const NANOSECONDS = 1e9;

/** /metrics/resource: what metrics-server scrapes (pkg/kubelet/metrics/collectors/resource_metrics.go). */
export function resourceMetrics(snapshot: NodeSnapshot): MetricFamily[] {
  const pods = measuredPods(snapshot);
  const containers = pods.flatMap(({ pod, containers: own }) => own.map((container) => ({ pod, container })));
  const all = usageSum(snapshot.measured);
  const node = (value: number): MetricSample[] => [{ value, timestampMs: snapshot.now }];
  const ofContainers = (value: (measured: MeasuredStats) => number): MetricSample[] =>
    containers.map(({ pod, container }) => ({
      labels: { container: container.stats.name ?? "", ...podLabels(pod.metadata) },
      value: value(container),
      timestampMs: container.stats.readAt,
    }));
  const ofPods = (value: (sum: typeof all) => number): MetricSample[] =>
    pods.map(({ pod, containers: own, sandbox }) => {
      const sum = usageSum([...own, ...(sandbox ? [sandbox] : [])]);
      return { labels: podLabels(pod.metadata), value: value(sum), timestampMs: sum.readAt };
    });
  return [
    {
      name: "container_cpu_usage_seconds_total",
      type: "counter",
      help: "Seconds of CPU that the container has used",
      samples: ofContainers(({ stats }) => stats.cpuUsageNanoseconds / NANOSECONDS),
    },
    {
      name: "container_memory_working_set_bytes",
      type: "gauge",
      help: "Working set of the container",
      samples: ofContainers(({ stats }) => stats.memory.workingSetBytes),
    },
    {
      name: "container_start_time_seconds",
      type: "gauge",
      help: "When the container started, in seconds of the epoch",
      samples: containers.flatMap(({ pod, container: { stats } }) => {
        const start = startOf(pod, stats.id);
        if (start === undefined) return [];
        return [{ labels: { container: stats.name ?? "", ...podLabels(pod.metadata) }, value: start / 1000 }];
      }),
    },
    {
      name: "node_cpu_usage_seconds_total",
      type: "counter",
      help: "Seconds of CPU that the node has used",
      samples: node(all.cpuNanoseconds / NANOSECONDS),
    },
    {
      name: "node_memory_working_set_bytes",
      type: "gauge",
      help: "Working set of the node",
      samples: node(all.workingSetBytes),
    },
    {
      name: "pod_cpu_usage_seconds_total",
      type: "counter",
      help: "Seconds of CPU that the pod has used",
      samples: ofPods(({ cpuNanoseconds }) => cpuNanoseconds / NANOSECONDS),
    },
    {
      name: "pod_memory_working_set_bytes",
      type: "gauge",
      help: "Working set of the pod",
      samples: ofPods(({ workingSetBytes }) => workingSetBytes),
    },
    {
      name: "resource_scrape_error",
      type: "gauge",
      help: "1 when there was an error in measuring, 0 otherwise",
      samples: [{ value: 0 }],
    },
  ];
}

const podLabels = ({
  namespace = "",
  name: pod = "",
}: {
  namespace?: string | undefined;
  name?: string | undefined;
}) => ({
  namespace,
  pod,
});
