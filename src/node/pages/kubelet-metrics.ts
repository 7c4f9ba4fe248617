import type { MetricFamily } from "../../lib/metrics/prometheus-text.ts";
import { kubernetesVersion } from "../../lib/version.ts";
import type { RuntimeState } from "../runtime/runtime.ts";
import type { NodeSnapshot } from "./node-snapshot.ts";

/** /metrics: the agent about itself. */
export function kubeletMetrics(snapshot: NodeSnapshot, { sandboxes, containers }: RuntimeState): MetricFamily[] {
  const { gitVersion: git_version, major, minor } = kubernetesVersion;
  const { user, system } = process.cpuUsage();
  const byPhase = Map.groupBy(containers, ({ state }) => state.phase);
  return [
    {
      name: "kubelet_node_name",
      type: "gauge",
      help: "The name of the node, always 1",
      samples: [{ labels: { node: snapshot.nodeName }, value: 1 }],
    },
    {
      name: "kubelet_running_containers",
      type: "gauge",
      help: "Containers by their state",
      samples: [...byPhase].map(([phase, members]) => ({
        labels: { container_state: phase },
        value: members.length,
      })),
    },
    {
      name: "kubelet_running_pods",
      type: "gauge",
      help: "Pods that have a running sandbox",
      samples: [{ value: sandboxes.filter(({ isRunning }) => isRunning).length }],
    },
    {
      name: "kubernetes_build_info",
      type: "gauge",
      help: "The version, always 1",
      samples: [{ labels: { git_version, major, minor }, value: 1 }],
    },
    {
      name: "process_cpu_seconds_total",
      type: "counter",
      help: "Seconds of CPU that the process has used",
      samples: [{ value: (user + system) / 1e6 }],
    },
    {
      name: "process_resident_memory_bytes",
      type: "gauge",
      help: "Resident memory of the process",
      samples: [{ value: process.memoryUsage.rss() }],
    },
    {
      name: "process_start_time_seconds",
      type: "gauge",
      help: "When the agent started, in seconds of the epoch",
      samples: [{ value: snapshot.startedAt / 1000 }],
    },
  ];
}
