import type { ListenerTarget } from "../network/services/endpoint-chooser.ts";
import type { EndpointAddress, NodeEndpoints } from "../network/services/route-endpoints.ts";
import type { ServiceRoute } from "../network/services/service-routes.ts";

/** The same endpoints for callers of every node. */
const fromAnywhere = (...everywhere: readonly EndpointAddress[]): NodeEndpoints => ({
  everywhere,
  byNode: new Map(),
});

/** A route of one port, with the same endpoints for everyone. */
export function aRoute(endpoints: readonly EndpointAddress[], changes: Partial<ServiceRoute> = {}): ServiceRoute {
  const same = fromAnywhere(...endpoints);
  return {
    id: "default/web:http",
    service: "default/web",
    protocol: "TCP",
    clusterIps: ["10.96.0.20"],
    externalIps: [],
    loadBalancer: undefined,
    port: 80,
    nodePort: undefined,
    inside: same,
    outside: same,
    outsideFromWithin: same,
    affinitySeconds: undefined,
    healthCheckNodePort: undefined,
    ...changes,
  };
}

/** Takes everyone. */
export const aTarget = (endpoints: readonly EndpointAddress[]): ListenerTarget => ({
  endpointsFor: () => endpoints,
  admits: () => true,
  affinitySeconds: undefined,
});
