import { notFound } from "../../api/api-error.ts";
import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { PodMetrics } from "../../api/types/metrics-v1beta1.ts";
import { plain } from "../api-request.ts";
import type { Handlers } from "../handlers.ts";
import type { ContainerUsage, NodeUsage } from "../node-reports.ts";
import { selectionOf } from "../selection.ts";
import { measuredList, momentOf, POD_METRICS, usageOf } from "./measured.ts";

/** What running pods use now, asked of the nodes they run on. */
export const podMetrics: Handlers = {
  async get({ reader, nodeReports, clock }, { namespace, name, resource, signal }) {
    const pod = await reader.find(pods, namespace, name);
    const usage = pod && isRunning(pod) ? await nodeReports.usage(pod.spec?.nodeName ?? "", signal) : undefined;
    const metrics = pod && usage && metricsOf(pod, usage.containers, clock.now());
    if (!metrics) throw notFound(POD_METRICS, `${namespace}/${name}`);
    return { ...plain(metrics, 200), resource };
  },
  async list({ reader, nodeReports, clock }, request) {
    const { namespace, matches } = selectionOf(request);
    const found = (await reader.list(pods, namespace)).filter((pod) => isRunning(pod) && matches(pod));
    const nodeNames = [...new Set(found.map(({ spec }) => spec?.nodeName ?? ""))];
    const usages = await Promise.all(nodeNames.map((node) => nodeReports.usage(node, request.signal)));
    const byPod = Map.groupBy(usages.flatMap(containersOf), ({ podUid }) => podUid);
    const metrics = found.flatMap((pod) => metricsOf(pod, byPod.get(pod.metadata.uid ?? "") ?? [], clock.now()) ?? []);
    return measuredList(request.resource, metrics);
  },
};

const isRunning = ({ status }: Readonly<Pod>): boolean => status?.phase === "Running";
const containersOf = (usage: NodeUsage | undefined): readonly ContainerUsage[] => usage?.containers ?? [];

/** Undefined while nothing of the pod could be measured. */
function metricsOf(
  { metadata }: Readonly<Pod>,
  usages: readonly ContainerUsage[],
  now: number,
): PodMetrics | undefined {
  const own = usages.filter(({ podUid }) => podUid === metadata.uid);
  const oldest = own.toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : 1))[0];
  if (!oldest) return undefined;
  return {
    kind: "PodMetrics",
    apiVersion: "metrics.k8s.io/v1beta1",
    metadata: { name: metadata.name, namespace: metadata.namespace, ...momentOf(metadata, now) },
    timestamp: oldest.timestamp,
    window: oldest.window,
    containers: own.map((usage) => ({ name: usage.name, usage: usageOf(usage) })),
  };
}
