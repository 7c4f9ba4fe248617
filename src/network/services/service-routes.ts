import type { Service, ServicePort } from "../../api/types/core-v1.ts";
import type { Endpoint, EndpointSlice } from "../../api/types/discovery-v1.ts";

/**
 * Where connections to Services go, free of how they are sent there: every data path (nftables, localhost listeners) is made from these.
 * The rules are kube-proxy's (pkg/proxy/topology.go, pkg/proxy/endpointslicecache.go).
 */
export interface ServiceRoute {
  /** `namespace/name:port`, unique. */
  readonly id: string;
  readonly protocol: Protocol;
  /** Addresses inside the cluster, with the service's port. */
  readonly clusterIps: readonly string[];
  /** Addresses of outside: externalIPs and load balancer addresses, with the service's port. */
  readonly externalIps: readonly string[];
  readonly port: number;
  readonly nodePort: number | undefined;
  /** Sorted; empty: connections are refused. */
  readonly endpoints: readonly EndpointAddress[];
  /** Clients stay with one endpoint for this long; undefined: any endpoint serves any connection. */
  readonly affinitySeconds: number | undefined;
}

type Protocol = "TCP" | "UDP" | "SCTP";

export interface EndpointAddress {
  readonly ip: string;
  readonly port: number;
}

/** The routes of one service, one for each of its ports; none for a headless or external one. */
export function serviceRoutes(service: Service, slices: readonly EndpointSlice[]): readonly ServiceRoute[] {
  const spec = service.spec ?? {};
  const clusterIps = (spec.clusterIPs ?? []).filter((ip) => ip !== "" && ip !== "None" && isIpv4(ip));
  if (spec.type === "ExternalName" || clusterIps.length === 0) return [];
  const externalIps = [...(spec.externalIPs ?? []), ...loadBalancerIps(service)].filter(isIpv4);
  const affinitySeconds =
    spec.sessionAffinity === "ClientIP" ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800) : undefined;
  return (spec.ports ?? []).map((port) => ({
    id: `${service.metadata.namespace}/${service.metadata.name}:${port.name ?? ""}`,
    protocol: protocolOf(port.protocol),
    clusterIps,
    externalIps,
    port: port.port,
    nodePort: port.nodePort === 0 ? undefined : port.nodePort,
    endpoints: endpointsOf(port, slices),
    affinitySeconds,
  }));
}

/**
 * Ready endpoints; while there are none, those that still serve though their pod is ending, so that a rolling update to a single
 * replica loses nothing.
 */
function endpointsOf(port: ServicePort, slices: readonly EndpointSlice[]): readonly EndpointAddress[] {
  const ready = new Map<string, EndpointAddress>();
  const ending = new Map<string, EndpointAddress>();
  for (const slice of slices) {
    if (slice.addressType !== "IPv4") continue;
    const target = slice.ports?.find(
      (each) => (each.name ?? "") === (port.name ?? "") && protocolOf(each.protocol) === protocolOf(port.protocol),
    );
    if (target?.port === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const list = isReady(endpoint) ? ready : isServing(endpoint) ? ending : undefined;
      for (const ip of endpoint.addresses) list?.set(`${ip}:${target.port}`, { ip, port: target.port });
    }
  }
  const chosen = ready.size > 0 ? ready : ending;
  return [...chosen.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, address]) => address);
}

/** An endpoint that says nothing of itself is taken for ready. */
const isReady = (endpoint: Endpoint): boolean => endpoint.conditions?.ready ?? true;

const isServing = (endpoint: Endpoint): boolean =>
  (endpoint.conditions?.serving ?? false) && (endpoint.conditions?.terminating ?? false);

function loadBalancerIps(service: Service): readonly string[] {
  return (service.status?.loadBalancer?.ingress ?? []).flatMap((each) =>
    each.ip === undefined || each.ip.startsWith("127.") ? [] : [each.ip],
  );
}

function protocolOf(protocol: string | undefined): Protocol {
  return protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP";
}

const isIpv4 = (ip: string): boolean => !ip.includes(":");
