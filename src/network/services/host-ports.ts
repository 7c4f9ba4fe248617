import type { Pod } from "../../api/types/core-v1.ts";
import type { EndpointAddress, RouteNode } from "./route-endpoints.ts";
import type { Protocol } from "./service-routes.ts";

/** A port of this machine that leads to a port of a pod. */
export interface HostPort {
  /** `namespace/name` of the pod. */
  readonly pod: string;
  readonly protocol: Protocol;
  readonly hostPort: number;
  /** Addresses of this machine that it is served on, besides localhost. */
  readonly addresses: readonly string[];
  /** Also on addresses that belong to no node in particular: the first node's pod answers there. */
  readonly isAnywhere: boolean;
  /** Addresses of localhost that it is served on. */
  readonly localhosts: readonly string[];
  readonly target: EndpointAddress;
}

const ANY_ADDRESS = new Set(["", "0.0.0.0", "::"]);

/** The host ports of running pods. Of two that want the same address and port, the one on the earlier node has it, then the older pod. */
export function hostPortsOf(pods: readonly Pod[], nodes: readonly RouteNode[]): readonly HostPort[] {
  const taken = new Set<string>();
  const take = (key: string): boolean => {
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  };
  const order = new Map(nodes.map(({ name }, index) => [name, index]));
  const placeOf = ({ spec }: Pod): number => order.get(spec?.nodeName ?? "") ?? nodes.length;
  const sorted = pods
    .filter(hasHostPorts)
    .toSorted((a, b) => placeOf(a) - placeOf(b) || ageOf(a).localeCompare(ageOf(b)));
  return sorted.flatMap((pod) => {
    const nodeIp = nodes[placeOf(pod)]?.ip;
    const podIp = (pod.status?.podIPs ?? []).map(({ ip }) => ip).find((ip) => !ip.includes(":"));
    if (podIp === undefined) return [];
    return portsOf(pod).map(({ hostPort = 0, hostIP = "", protocol, containerPort }): HostPort => {
      const isWildcard = ANY_ADDRESS.has(hostIP);
      const wanted = isWildcard ? (nodeIp === undefined ? [] : [nodeIp]) : hostIP.includes(":") ? [] : [hostIP];
      const free = (ip: string): boolean => take(`${ip} ${protocol} ${hostPort}`);
      return {
        pod: `${pod.metadata.namespace}/${pod.metadata.name}`,
        protocol: protocolOf(protocol),
        hostPort,
        addresses: wanted.filter((ip) => !ip.startsWith("127.")).filter(free),
        isAnywhere: isWildcard && free("*"),
        localhosts: (isWildcard ? ["127.0.0.1", "::1"] : [hostIP].filter(isLoopback)).filter(free),
        target: { ip: podIp, port: containerPort },
      };
    });
  });
}

const isLoopback = (ip: string): boolean => ip.startsWith("127.") || ip === "::1";

/** A pod in the host's own network has its ports there already. */
export function hasHostPorts(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return pod.spec?.hostNetwork !== true && phase !== "Succeeded" && phase !== "Failed" && portsOf(pod).length > 0;
}

function portsOf({ spec }: Pod) {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...(spec?.containers ?? []), ...sidecars].flatMap(({ ports = [] }) =>
    ports.filter(({ hostPort = 0 }) => hostPort > 0),
  );
}

const ageOf = ({ metadata }: Pod): string => metadata.creationTimestamp ?? "";

const protocolOf = (protocol: string | undefined): Protocol =>
  protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP";
