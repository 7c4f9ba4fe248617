import { cidrContains, parseCidr, parseIpv4 } from "../../lib/cidr.ts";
import type { ListenerTarget } from "../services/endpoint-chooser.ts";
import type { WantedListener } from "../services/listener-set.ts";
import type { EndpointAddress, NodeEndpoints, RouteNode } from "../services/route-endpoints.ts";
import type { Routes } from "../services/service-proxy.ts";
import { rangeGuard, type ServiceRoute } from "../services/service-routes.ts";

export interface UserspacePlace {
  readonly podRange: string;
  /** Addresses of this machine, without loopback and Services. */
  readonly hostIps: readonly string[];
}

interface UserspaceListeners {
  readonly listeners: readonly WantedListener[];
  /** Outside the cluster's range, and to be taken for this machine's. */
  readonly foreignIps: readonly string[];
}

/**
 * Routes as listeners, for where the kernel takes no rules. A port without endpoints has no listener: the kernel then refuses connections, as
 * it should.
 */
export function userspaceListeners({ services, hostPorts, nodes }: Routes, place: UserspacePlace): UserspaceListeners {
  const listeners: WantedListener[] = [];
  const foreignIps = new Set<string>();
  for (const route of services) {
    const purpose = `Service ${route.id}`;
    const add = (ip: string, port: number, target: ListenerTarget): void =>
      void listeners.push({ protocol: route.protocol, ip, port, purpose, target });
    if (route.inside.everywhere.length > 0) {
      for (const ip of route.clusterIps) add(ip, route.port, insideTarget(route, nodes));
    }
    if (route.outsideFromWithin.everywhere.length === 0) continue;
    const balanced = (route.loadBalancer?.ips ?? []).filter((ip) => !ip.startsWith("127."));
    for (const ip of [...route.externalIps, ...balanced]) {
      if (!place.hostIps.includes(ip)) foreignIps.add(ip);
    }
    for (const ip of route.externalIps) add(ip, route.port, outsideTarget(route, undefined, place));
    for (const ip of balanced) add(ip, route.port, guarded(outsideTarget(route, undefined, place), route));
    if (route.nodePort === undefined) continue;
    for (const ip of place.hostIps) {
      add(
        ip,
        route.nodePort,
        outsideTarget(
          route,
          nodes.find((node) => node.ip === ip),
          place,
        ),
      );
    }
  }
  for (const { pod, protocol, hostPort, addresses, isAnywhere, target } of hostPorts) {
    const elsewhere = isAnywhere ? place.hostIps.filter((ip) => !nodes.some((node) => node.ip === ip)) : [];
    for (const ip of new Set([...addresses, ...elsewhere])) {
      listeners.push({
        protocol,
        ip,
        port: hostPort,
        purpose: `Host port ${hostPort} of pod ${pod}`,
        target: always([target]),
      });
    }
  }
  return { listeners, foreignIps: [...foreignIps] };
}

/** Callers are told apart by the node their pod is on. */
function insideTarget(route: ServiceRoute, nodes: readonly RouteNode[]): ListenerTarget {
  return {
    ...always([]),
    endpointsFor: (clientIp) => nearest(route.inside, clientIp, nodes),
    affinitySeconds: route.affinitySeconds,
  };
}

function nearest({ everywhere, byNode }: NodeEndpoints, clientIp: string, nodes: readonly RouteNode[]) {
  if (byNode.size === 0) return everywhere;
  const node = nodes.find(({ podCidr }) => isIn(podCidr, clientIp));
  return (node && byNode.get(node.name)) ?? everywhere;
}

/** Callers from elsewhere belong to the node they called. */
function outsideTarget(
  route: ServiceRoute,
  called: RouteNode | undefined,
  { podRange, hostIps }: UserspacePlace,
): ListenerTarget {
  const { outside, outsideFromWithin, affinitySeconds } = route;
  const fromElsewhere = (called && outside.byNode.get(called.name)) ?? outside.everywhere;
  return {
    ...always([]),
    endpointsFor: (clientIp) =>
      isIn(podRange, clientIp) || hostIps.includes(clientIp) ? outsideFromWithin.everywhere : fromElsewhere,
    affinitySeconds,
  };
}

const guarded = (target: ListenerTarget, route: ServiceRoute): ListenerTarget => ({
  ...target,
  admits: rangeGuard(route),
});

const always = (endpoints: readonly EndpointAddress[]): ListenerTarget => ({
  endpointsFor: () => endpoints,
  admits: () => true,
  affinitySeconds: undefined,
});

function isIn(range: string, ip: string): boolean {
  const [cidr, address] = [parseCidr(range), parseIpv4(ip)];
  return cidr !== undefined && address !== undefined && cidrContains(cidr, address);
}
