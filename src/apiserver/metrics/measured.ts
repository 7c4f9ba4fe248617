import { canonicalQuantity, formatQuantity, wholeQuantity } from "../../api/quantity.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { ObjectMeta } from "../../api/types/meta-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { ListAnswer } from "../api-request.ts";
import type { Measured } from "../node-reports.ts";
import type { ServedResource } from "../served-resources.ts";

/** How refusals name the two resources: as metrics-server does, not as their paths. */
export const NODE_METRICS = { group: "metrics.k8s.io", resource: "nodemetrics" };
export const POD_METRICS = { group: "metrics.k8s.io", resource: "podmetrics" };

/** Nothing of these objects is stored: they begin to exist when they are asked for. */
export const momentOf = ({ labels }: ObjectMeta, now: number): ObjectMeta => ({
  creationTimestamp: timestamp(now),
  ...(labels ? { labels } : {}),
});

export const usageOf = ({ cpuNanocores, memoryBytes }: Measured): Record<string, string> => ({
  cpu: canonicalQuantity(`${cpuNanocores}n`),
  memory: formatQuantity(wholeQuantity(memoryBytes, "BinarySI")),
});

export function measuredList(resource: ServedResource, objects: readonly KubeObject[]): ListAnswer {
  const entries = objects.map((object) => {
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
    const { namespace = "", name = "" } = object.metadata;
    const value = Buffer.from(JSON.stringify(rest));
    return { key: resource.storage.key(namespace, name), value, createRevision: 0, revision: 0 };
  });
  return { form: "list", resource, entries, metadata: {} };
}
