import type { Pod } from "../../api/types/core-v1.ts";
import type { MetricFamily, MetricSample } from "../../lib/metrics/prometheus-text.ts";
import { milliAmount, wholeAmount } from "../resource-amounts.ts";
import type { ContainerStats, NetworkStats } from "../runtime/runtime.ts";
import { measuredPods, type NodeSnapshot, startOf } from "./node-snapshot.ts";

const NANOSECONDS = 1e9;
const QUOTA_PER_MILLI_CPU = 100;

interface Measured {
  readonly pod: Readonly<Pod>;
  readonly stats: ContainerStats;
}

/** /metrics/cadvisor, by the names and labels that dashboards and alerts are written for. */
export function cadvisorMetrics(snapshot: NodeSnapshot): MetricFamily[] {
  const pods = measuredPods(snapshot);
  const containers: Measured[] = pods.flatMap(({ pod, containers: own }) => own.map(({ stats }) => ({ pod, stats })));
  const sandboxes: Measured[] = pods.flatMap(({ pod, sandbox }) => (sandbox ? [{ pod, stats: sandbox.stats }] : []));
  const gauge = (name: string, help: string, samples: readonly MetricSample[]): MetricFamily => ({
    name,
    help,
    type: "gauge",
    samples,
  });
  const counter = (name: string, help: string, samples: readonly MetricSample[]): MetricFamily => ({
    name,
    help,
    type: "counter",
    samples,
  });
  const each = (value: (stats: ContainerStats) => number, more: Record<string, string> = {}): MetricSample[] =>
    containers.map((one) => sample(one, value(one.stats), more));
  const limits = (value: (container: Measured) => number | undefined): MetricSample[] =>
    containers.flatMap((one) => {
      const limit = value(one);
      return limit === undefined ? [] : [sample(one, limit)];
    });
  const network = (value: (stats: NetworkStats) => number): MetricSample[] =>
    sandboxes.flatMap((one) => {
      const { network: stats } = one.stats;
      return stats ? [sample(one, value(stats), { interface: "eth0" })] : [];
    });
  const { cpus, memoryBytes } = snapshot.machine.runtime;
  return [
    counter(
      "container_cpu_usage_seconds_total",
      "Seconds of CPU used",
      each((stats) => stats.cpuUsageNanoseconds / NANOSECONDS, { cpu: "total" }),
    ),
    gauge(
      "container_last_seen",
      "When the container was last seen, in seconds of the epoch",
      each(() => Math.floor(snapshot.now / 1000)),
    ),
    counter(
      "container_memory_failures_total",
      "Page faults",
      containers.flatMap((one) => [
        sample(one, one.stats.memory.pageFaults, { failure_type: "pgfault", scope: "container" }),
        sample(one, one.stats.memory.majorPageFaults, { failure_type: "pgmajfault", scope: "container" }),
      ]),
    ),
    gauge(
      "container_memory_rss",
      "Memory that is no cache, in bytes",
      each(({ memory }) => memory.rssBytes),
    ),
    gauge(
      "container_memory_usage_bytes",
      "Memory in use, with all caches",
      each(({ memory }) => memory.usageBytes),
    ),
    gauge(
      "container_memory_working_set_bytes",
      "Memory in use that cannot be dropped",
      each(({ memory }) => memory.workingSetBytes),
    ),
    counter(
      "container_network_receive_bytes_total",
      "Bytes received",
      network(({ receivedBytes }) => receivedBytes),
    ),
    counter(
      "container_network_receive_errors_total",
      "Errors while receiving",
      network(({ receiveErrors }) => receiveErrors),
    ),
    counter(
      "container_network_transmit_bytes_total",
      "Bytes sent",
      network(({ sentBytes }) => sentBytes),
    ),
    counter(
      "container_network_transmit_errors_total",
      "Errors while sending",
      network(({ sendErrors }) => sendErrors),
    ),
    gauge(
      "container_processes",
      "Processes in the container",
      each(({ processes }) => processes),
    ),
    gauge(
      "container_spec_cpu_quota",
      "CPU quota in microseconds of each 100 ms",
      limits((one) => amountOf(one, "cpu", milliAmount, QUOTA_PER_MILLI_CPU)),
    ),
    gauge(
      "container_spec_memory_limit_bytes",
      "Memory limit",
      limits((one) => amountOf(one, "memory", wholeAmount, 1)),
    ),
    gauge(
      "container_start_time_seconds",
      "When the container started, in seconds of the epoch",
      limits(({ pod, stats }) => {
        const start = startOf(pod, stats.id);
        return start === undefined ? undefined : start / 1000;
      }),
    ),
    gauge("machine_cpu_cores", "Logical CPUs", [{ value: cpus }]),
    gauge("machine_memory_bytes", "Memory of the machine", [{ value: memoryBytes }]),
  ];
}

function sample({ pod, stats }: Measured, value: number, more: Record<string, string> = {}): MetricSample {
  const { name = "", namespace = "" } = pod.metadata;
  const image = containerOf(pod, stats.name)?.image ?? "";
  const labels = { container: stats.name ?? "", ...more, id: `/docker/${stats.id}`, image, name: stats.id };
  return { labels: { ...labels, namespace, pod: name }, value, timestampMs: stats.readAt };
}

function amountOf(
  { pod, stats }: Measured,
  resource: string,
  amount: (quantity: string | number | undefined) => number,
  factor: number,
): number | undefined {
  const limit = amount(containerOf(pod, stats.name)?.resources?.limits?.[resource]);
  return limit === 0 ? undefined : limit * factor;
}

const containerOf = ({ spec }: Readonly<Pod>, name: string | undefined) =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find((container) => container.name === name);
