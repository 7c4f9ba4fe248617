import type { APIServiceCondition } from "../../api/types/apiregistration-v1.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { Extension } from "./extensions.ts";

/** What is known of an extension server (kube-aggregator/pkg/controllers/status/remote). */
export type Availability = Pick<APIServiceCondition, "status" | "reason" | "message">;

export const AVAILABLE: Availability = { status: "True", reason: "Passed", message: "all checks passed" };

/** Why it cannot be reached, as far as the objects of its service tell; undefined: it has to be asked. */
export function serviceProblem(
  { service: { namespace, name, port } }: Extension,
  service: Service | undefined,
  slices: readonly EndpointSlice[],
): Availability | undefined {
  const subject = `service/${name} in ${JSON.stringify(namespace)}`;
  if (!service) return unavailable("ServiceNotFound", `${subject} is not present`);
  if (service.spec?.type !== "ClusterIP") return undefined;
  const found = service.spec.ports?.find((each) => each.port === port);
  if (!found) return unavailable("ServicePortError", `${subject} is not listening on port ${port}`);
  if (slices.length === 0) return unavailable("EndpointsNotFound", `cannot find endpointslices for ${subject}`);
  const portName = found.name ?? "";
  if (slices.some((slice) => hasEndpoint(slice, portName))) return undefined;
  return unavailable(
    "MissingEndpoints",
    `endpointslices for ${subject} have no addresses with port name ${JSON.stringify(portName)}`,
  );
}

export const discoveryProblem = (message: string): Availability => unavailable("FailedDiscoveryCheck", message);

const unavailable = (reason: string, message: string): Availability => ({ status: "False", reason, message });

const hasEndpoint = ({ endpoints, ports }: EndpointSlice, portName: string): boolean =>
  (endpoints ?? []).some(({ conditions }) => conditions?.ready ?? true) &&
  (ports ?? []).some(({ name, port }) => name === portName && port !== undefined);

/** The conditions with this one set; when it last turned over is kept while its status stays. */
export function withAvailability(
  conditions: readonly APIServiceCondition[],
  availability: Availability,
  now: number,
): APIServiceCondition[] {
  const old = conditions.find(({ type }) => type === "Available");
  const since = old?.status === availability.status ? old.lastTransitionTime : timestamp(now);
  const next = { type: "Available", ...availability, lastTransitionTime: since };
  return old ? conditions.map((each) => (each === old ? next : each)) : [...conditions, next];
}
