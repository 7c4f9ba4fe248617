import type { Service, ServicePort } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import { cidrContains, parseCidr, parseIpv4 } from "../../lib/cidr.ts";
import { type EndpointAddress, type NodeEndpoints, routeEndpoints, type RouteNode } from "./route-endpoints.ts";

/**
 * Where connections to Services go, free of how they are sent there: every data path (nftables, iptables, listeners) is made from these.
 * The rules are kube-proxy's (pkg/proxy/topology.go, pkg/proxy/endpointslicecache.go).
 */
export interface ServiceRoute {
  /** `namespace/name:port`, unique. */
  readonly id: string;
  /** `namespace/name` */
  readonly service: string;
  readonly protocol: Protocol;
  /** Addresses inside the cluster, with the service's port. */
  readonly clusterIps: readonly string[];
  /** spec.externalIPs, with the service's port. */
  readonly externalIps: readonly string[];
  readonly loadBalancer: LoadBalancerRoute | undefined;
  readonly port: number;
  readonly nodePort: number | undefined;
  /** Of connections to the cluster's own addresses. */
  readonly inside: NodeEndpoints;
  /** Of connections from outside to node ports, external and load balancer addresses. */
  readonly outside: NodeEndpoints;
  /** The same when they come from a pod or this host: those never have to be near. */
  readonly outsideFromWithin: NodeEndpoints;
  /** Clients stay with one endpoint for this long; undefined: any endpoint serves any connection. */
  readonly affinitySeconds: number | undefined;
  /** Where load balancers ask whether a node has endpoints of its own. */
  readonly healthCheckNodePort: number | undefined;
}

interface LoadBalancerRoute {
  /** Nobody else was asked to serve it (spec.loadBalancerClass). */
  readonly isOurs: boolean;
  /** As the status has them. */
  readonly ips: readonly string[];
  /** Ranges of clients that are let in; empty: all. */
  readonly sourceRanges: readonly string[];
}

export type Protocol = "TCP" | "UDP" | "SCTP";

/** The routes of one service, one for each of its ports; none for a headless or external one. */
export function serviceRoutes(
  service: Service,
  slices: readonly EndpointSlice[],
  nodes: readonly RouteNode[],
): readonly ServiceRoute[] {
  const spec = service.spec ?? {};
  const clusterIps = (spec.clusterIPs ?? []).filter((ip) => ip !== "" && ip !== "None" && isIpv4(ip));
  if (spec.type === "ExternalName" || clusterIps.length === 0) return [];
  const affinitySeconds =
    spec.sessionAffinity === "ClientIP" ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800) : undefined;
  const common = {
    service: `${service.metadata.namespace}/${service.metadata.name}`,
    clusterIps,
    externalIps: (spec.externalIPs ?? []).filter(isIpv4),
    loadBalancer: loadBalancerOf(service),
    affinitySeconds,
    healthCheckNodePort: spec.externalTrafficPolicy === "Local" ? spec.healthCheckNodePort || undefined : undefined,
  };
  return (spec.ports ?? []).map((port) => ({
    ...common,
    id: `${common.service}:${port.name ?? ""}`,
    protocol: protocolOf(port.protocol),
    port: port.port,
    nodePort: port.nodePort === 0 ? undefined : port.nodePort,
    ...policyEndpoints(service, port, slices, nodes),
  }));
}

function policyEndpoints(
  { spec = {} }: Service,
  port: ServicePort,
  slices: readonly EndpointSlice[],
  nodes: readonly RouteNode[],
): Pick<ServiceRoute, "inside" | "outside" | "outsideFromWithin"> {
  const { anywhere, local } = routeEndpoints(
    { name: port.name ?? "", protocol: protocolOf(port.protocol) },
    slices,
    nodes,
  );
  return {
    inside: spec.internalTrafficPolicy === "Local" ? local : anywhere,
    outside: spec.externalTrafficPolicy === "Local" ? local : anywhere,
    outsideFromWithin: anywhere,
  };
}

function loadBalancerOf({ spec = {}, status }: Service): LoadBalancerRoute | undefined {
  if (spec.type !== "LoadBalancer") return undefined;
  const ips = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) =>
    ip === undefined || ipMode === "Proxy" || !isIpv4(ip) ? [] : [ip],
  );
  return {
    isOurs: spec.loadBalancerClass === undefined,
    ips,
    sourceRanges: (spec.loadBalancerSourceRanges ?? []).map((range) => range.trim()),
  };
}

/** Says which clients the load balancer of a Service lets in. */
export function rangeGuard({ loadBalancer }: ServiceRoute): (clientIp: string) => boolean {
  const ranges = (loadBalancer?.sourceRanges ?? []).map(parseCidr);
  if (ranges.length === 0) return () => true;
  return (clientIp) => {
    const ip = parseIpv4(clientIp);
    return ip !== undefined && ranges.some((range) => range !== undefined && cidrContains(range, ip));
  };
}

/** Every endpoint that any connection of the route may go to. */
export function allEndpoints({ inside, outside, outsideFromWithin }: ServiceRoute): readonly EndpointAddress[] {
  const byAddress = new Map<string, EndpointAddress>();
  for (const { everywhere, byNode } of [inside, outside, outsideFromWithin]) {
    for (const each of [everywhere, ...byNode.values()]) {
      for (const endpoint of each) byAddress.set(`${endpoint.ip}:${endpoint.port}`, endpoint);
    }
  }
  return [...byAddress.values()];
}

function protocolOf(protocol: string | undefined): Protocol {
  return protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP";
}

const isIpv4 = (ip: string): boolean => !ip.includes(":");
