import { hostRoutes } from "../../cluster/config/address-ranges.ts";
import type { PlannedConfig } from "../../cluster/config/choose-config.ts";
import type { ClusterConfig } from "../../cluster/config/config.ts";
import type { EngineReport } from "../../cluster/engine/engine-report.ts";
import { type Cidr, cidrsOverlap, cidrText, parseCidr } from "../../lib/cidr.ts";
import { type Check, failure, type Finding, ok, skipped } from "./check.ts";
import { engineIfThere } from "./patient.ts";

export const rangesCheck: Check = {
  name: "address ranges",
  timeoutMs: 12_000,
  async probe(patient) {
    if (!(await patient.runsContainers())) return skipped("Pods of this cluster only pretend to run");
    const [{ config, isNew }, routes, engine] = await Promise.all([
      patient.plan(),
      hostRoutes(),
      engineIfThere(patient),
    ]);
    return rangesFinding({ ...config, isNew }, routes, engine?.networks);
  },
};

type WantedRanges = Pick<ClusterConfig, "name" | "podRange" | "serviceRange"> & Pick<PlannedConfig, "isNew">;

/** `networks` are undefined when Docker could not be asked. */
export function rangesFinding(
  { name, podRange, serviceRange, isNew }: WantedRanges,
  routes: readonly Cidr[],
  networks: EngineReport["networks"] | undefined,
): Finding {
  const others = [
    // The one to the cluster's own bridge.
    ...routes
      .map(cidrText)
      .filter((text) => text !== podRange)
      .map((text) => ({ text, what: "a route of this machine" })),
    ...(networks ?? [])
      .filter((network) => network.name !== `kube-${name}`)
      .flatMap((network) => network.subnets.map((text) => ({ text, what: `Docker's network ${network.name}` }))),
  ];
  // A cluster keeps its ranges for as long as it is there.
  const again = isNew ? ":" : ` for a new cluster: kube delete --name ${name}, then`;
  for (const [range, purpose] of [
    [podRange, "pods"],
    [serviceRange, "Services"],
  ] as const) {
    const other = others.find(({ text }) => overlap(range, text));
    if (other)
      return failure(
        `The range ${range} of ${purpose} overlaps with ${other.text}, ${other.what}`,
        `Take that away, or choose others${again} kube start --name ${name} --pod-range RANGE --service-range RANGE`,
      );
  }
  const seen = networks ? "of routes and Docker's networks" : "of routes (Docker's networks could not be seen)";
  return ok(`${podRange} for pods and ${serviceRange} for Services are clear ${seen}`);
}

function overlap(a: string, b: string): boolean {
  const [first, second] = [parseCidr(a), parseCidr(b)];
  return first !== undefined && second !== undefined && cidrsOverlap(first, second);
}
