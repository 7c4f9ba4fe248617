import { statfs } from "node:fs/promises";

import type { Pod } from "../../api/types/core-v1.ts";
import { type MetricFamily, PROMETHEUS_CONTENT_TYPE, prometheusText } from "../../lib/metrics/prometheus-text.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { MachineFacts } from "../node-object.ts";
import type { ProbeCounts } from "../probes/probe-counts.ts";
import type { ContainerRuntime } from "../runtime/runtime.ts";
import type { UsageMeter } from "../stats/usage-meter.ts";
import { cadvisorMetrics } from "./cadvisor-metrics.ts";
import { configz } from "./configz.ts";
import { kubeletMetrics } from "./kubelet-metrics.ts";
import { logFilesPage } from "./log-files.ts";
import { jsonPage, type NodePage, notFoundPage, textPage } from "./node-page.ts";
import type { NodeSnapshot } from "./node-snapshot.ts";
import { resourceMetrics } from "./resource-metrics.ts";
import { statsSummary } from "./stats-summary.ts";

export interface NodePagesOptions {
  readonly nodeName: string;
  readonly machine: MachineFacts;
  readonly runtime: ContainerRuntime;
  readonly meter: UsageMeter;
  readonly probes: ProbeCounts;
  readonly pods: () => readonly Readonly<Pod>[];
  readonly dns: { readonly servers: readonly string[]; readonly domain: string };
  readonly maxPods: number;
  /** On the file system that pods write to. */
  readonly dataDirectory: string;
  /** Whose log files the node shows. */
  readonly logsDirectory: string;
  readonly startedAt: number;
  readonly clock: Clock;
}

type Page = (options: NodePagesOptions, query: URLSearchParams) => Promise<NodePage> | NodePage;

/** What the kubelet's HTTP server tells about a node, by path. */
const PAGES: Readonly<Record<string, Page>> = {
  healthz: () => textPage("ok"),
  "healthz/ping": () => textPage("ok"),
  "healthz/log": () => textPage("ok"),
  "healthz/syncloop": () => textPage("ok"),
  pods: ({ pods }) => jsonPage(podList(pods())),
  runningpods: async ({ runtime, pods }) => jsonPage(podList(await runningPods(runtime, pods()))),
  "stats/summary": async (options, query) =>
    jsonPage(statsSummary(await snapshot(options), query.get("only_cpu_and_memory") === "true")),
  metrics: async (options) => metrics(kubeletMetrics(await snapshot(options), await options.runtime.list())),
  "metrics/resource": async (options) => metrics(resourceMetrics(await snapshot(options))),
  "metrics/cadvisor": async (options) => metrics(cadvisorMetrics(await snapshot(options))),
  "metrics/probes": ({ probes }) => metrics([probes.family()]),
  configz: (options) => jsonPage(configz(options)),
};

/** The page at a path with its query. */
export async function nodePage(options: NodePagesOptions, address: string): Promise<NodePage> {
  const { pathname, searchParams } = new URL(address, "http://node");
  const path = pathname.replaceAll(/^\/+|\/+$/g, "");
  const page = PAGES[path];
  if (page) return await page(options, searchParams);
  const file = /^logs(?:\/([^/]*))?$/.exec(path);
  return file ? await logFilesPage(options.logsDirectory, decodeURIComponent(file[1] ?? "")) : notFoundPage;
}

const metrics = (families: readonly MetricFamily[]): NodePage => ({
  statusCode: 200,
  contentType: PROMETHEUS_CONTENT_TYPE,
  body: prometheusText(families),
});

const podList = (items: readonly Readonly<Pod>[]) => ({ kind: "PodList", apiVersion: "v1", metadata: {}, items });

async function runningPods(runtime: ContainerRuntime, pods: readonly Readonly<Pod>[]): Promise<Readonly<Pod>[]> {
  const { sandboxes } = await runtime.list();
  const running = new Set(sandboxes.filter(({ isRunning }) => isRunning).map(({ pod }) => pod.uid));
  return pods.filter(({ metadata }) => running.has(metadata.uid ?? ""));
}

async function snapshot(options: NodePagesOptions): Promise<NodeSnapshot> {
  const { nodeName, machine, startedAt, pods, meter, dataDirectory, clock } = options;
  const [measured, disk] = await Promise.all([meter.measure(), statfs(dataDirectory)]);
  return {
    nodeName,
    machine,
    startedAt,
    now: clock.now(),
    pods: pods(),
    measured,
    disk: {
      capacityBytes: disk.blocks * disk.bsize,
      availableBytes: disk.bavail * disk.bsize,
      inodes: disk.files,
      freeInodes: disk.ffree,
    },
  };
}
