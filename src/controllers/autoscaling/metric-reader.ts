import { podMetricsResource } from "../../api/kinds/metrics/metrics-resources.ts";
import { labelSelectorText } from "../../api/label-selector.ts";
import { parseQuantity, quantityMilliValue } from "../../api/quantity.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { CrossVersionObjectReference, MetricSpec } from "../../api/types/autoscaling-v2.ts";
import type { PodMetrics } from "../../api/types/metrics-v1beta1.ts";
import type { Client } from "../../client/client.ts";
import { errorText } from "../../lib/logger.ts";
import type { PodReading, Reading } from "./readings.ts";

/** Upstream's assumption where a metric does not say over which time it was measured. */
const DEFAULT_WINDOW_MS = 60_000;

/** Reads metrics where the API has them: resources, and those that an adapter serves, by pods, objects, or from outside. */
export class MetricReader {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async read(spec: MetricSpec, namespace: string, podSelector: string): Promise<Reading> {
    switch (spec.type) {
      case "Resource":
        return await this.#resource(spec.resource?.name ?? "", undefined, namespace, podSelector);
      case "ContainerResource":
        return await this.#resource(
          spec.containerResource?.name ?? "",
          spec.containerResource?.container,
          namespace,
          podSelector,
        );
      case "Pods":
        return await this.#pods(spec.pods?.metric, namespace, podSelector);
      case "Object":
        return await this.#object(spec.object, namespace);
      case "External":
        return await this.#external(spec.external?.metric, namespace);
      default:
        return { kind: "failed", problem: `unknown metric source type ${JSON.stringify(spec.type)}` };
    }
  }

  async #resource(resource: string, container: string | undefined, namespace: string, labelSelector: string) {
    return await attempted("resource metrics API", async (): Promise<Reading> => {
      const { items } = await this.#client.resource(podMetricsResource).list({ namespace, labelSelector });
      if (items.length === 0) return none("resource metrics API");
      const read = items.flatMap((item): [string, PodReading][] => {
        const milliValue = usageOf(item, resource, container);
        return milliValue === undefined ? [] : [[item.metadata.name ?? "", { milliValue, ...momentOf(item) }]];
      });
      return { kind: "pods", byPod: Object.fromEntries(read) };
    });
  }

  async #pods(metric: Metric, namespace: string, labelSelector: string): Promise<Reading> {
    return await attempted("custom metrics API", async (): Promise<Reading> => {
      const query = { labelSelector, metricLabelSelector: selectorText(metric) };
      const items = await this.#custom({ namespace, resource: "pods", name: "*", metric, query });
      if (items.length === 0) return none("custom metrics API");
      const read = items.map((item): [string, PodReading] => [
        item.describedObject?.name ?? "",
        {
          milliValue: milliOf(item.value),
          timestamp: item.timestamp ?? "",
          windowMs: item.windowSeconds === undefined ? DEFAULT_WINDOW_MS : item.windowSeconds * 1000,
        },
      ]);
      return { kind: "pods", byPod: Object.fromEntries(read) };
    });
  }

  async #object(source: MetricSpec["object"], namespace: string): Promise<Reading> {
    return await attempted("custom metrics API", async (): Promise<Reading> => {
      const { describedObject, metric } = source ?? {};
      const resource = resourceOf(describedObject);
      const query = { metricLabelSelector: selectorText(metric) };
      const place =
        describedObject?.kind === "Namespace"
          ? { namespace: undefined, resource: "namespaces", name: namespace }
          : { namespace, resource, name: describedObject?.name ?? "" };
      const [item] = await this.#custom({ ...place, metric, query });
      return item ? { kind: "value", milliValue: milliOf(item.value) } : none("custom metrics API");
    });
  }

  async #external(metric: Metric, namespace: string): Promise<Reading> {
    return await attempted("external metrics API", async (): Promise<Reading> => {
      const answer = await this.#client.transport.request({
        verb: "list",
        group: "external.metrics.k8s.io",
        version: "v1beta1",
        resource: metric?.name ?? "",
        namespace,
        query: { labelSelector: selectorText(metric) },
      });
      const items = itemsOf(answer);
      if (items.length === 0) return none("external metrics API");
      return { kind: "value", milliValue: items.reduce((sum, { value }) => sum + milliOf(value), 0) };
    });
  }

  async #custom(wanted: {
    readonly namespace: string | undefined;
    readonly resource: string;
    readonly name: string;
    readonly metric: Metric;
    readonly query: Readonly<Record<string, string | undefined>>;
  }): Promise<readonly MeasuredItem[]> {
    const { namespace, resource, name, metric, query } = wanted;
    const answer = await this.#client.transport.request({
      verb: "get",
      group: "custom.metrics.k8s.io",
      version: "v1beta2",
      resource,
      namespace,
      name,
      subresource: metric?.name,
      query,
    });
    return itemsOf(answer);
  }
}

type Metric = NonNullable<MetricSpec["pods"]>["metric"] | undefined;

/** As adapters answer: MetricValue and ExternalMetricValue have these in common. */
interface MeasuredItem {
  readonly describedObject?: { readonly name?: string };
  readonly value?: string | number;
  readonly timestamp?: string;
  readonly windowSeconds?: number;
}

// Parse edge: what an adapter answers is a list of values, or has none that could be read.
const itemsOf = (answer: KubeObject): readonly MeasuredItem[] =>
  (answer as { readonly items?: readonly MeasuredItem[] }).items ?? [];

const none = (api: string): Reading => ({ kind: "failed", problem: `no metrics returned from ${api}` });

async function attempted(api: string, read: () => Promise<Reading>): Promise<Reading> {
  try {
    return await read();
  } catch (error) {
    return { kind: "failed", problem: `unable to fetch metrics from ${api}: ${errorText(error)}` };
  }
}

/** Thousandths; undefined where a container did not say. */
function usageOf({ containers }: PodMetrics, resource: string, container: string | undefined): number | undefined {
  const counted = containers.filter(({ name }) => container === undefined || name === container);
  const usages = counted.map(({ usage }) => usage[resource]);
  if (counted.length === 0 || usages.includes(undefined)) return undefined;
  return usages.reduce<number>((sum, usage) => sum + milliOf(usage), 0);
}

const momentOf = ({ timestamp, window }: PodMetrics): Pick<PodReading, "timestamp" | "windowMs"> => ({
  timestamp,
  windowMs: durationMs(window),
});

/** `10s`, `1m2.5s` */
const durationMs = (text: string): number =>
  [...text.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * ({ h: 3_600_000, m: 60_000, s: 1000, ms: 1 }[unit ?? ""] ?? 0),
    0,
  );

const milliOf = (quantity: string | number | undefined): number =>
  quantity === undefined ? 0 : Number(quantityMilliValue(parseQuantity(quantity)));

const selectorText = (metric: Metric): string | undefined =>
  metric?.selector ? labelSelectorText(metric.selector) : undefined;

/** The path of an object in the custom metrics API: its kind in plural, with the group behind it. */
function resourceOf(reference: CrossVersionObjectReference | undefined): string {
  const { kind = "", apiVersion = "v1" } = reference ?? {};
  const [group = "", version] = apiVersion.split("/");
  const lower = kind.toLowerCase();
  const plural = lower.endsWith("s") ? `${lower}es` : lower.endsWith("y") ? `${lower.slice(0, -1)}ies` : `${lower}s`;
  return version === undefined ? plural : `${plural}.${group}`;
}
