import type { HostPort } from "../services/host-ports.ts";
import type { EndpointAddress, NodeEndpoints, RouteNode } from "../services/route-endpoints.ts";
import type { Routes } from "../services/service-proxy.ts";
import { allEndpoints, type ServiceRoute } from "../services/service-routes.ts";
import { chainName, type Chains } from "./chains.ts";

export interface ServiceChainsPlace {
  /** Of the cluster's chains. */
  readonly tag: string;
  readonly podRange: string;
}

/** Ports on 127.x are served by listeners: the kernel does not route from there. */
const ON_THIS_MACHINE = "! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL";

/**
 * Routes as chains for iptables: one that finds the Service, and for each Service one that spreads. Nothing may be dropped where addresses are
 * changed, so a packet that no endpoint may have goes on with the address it came with, and is dropped or refused by the filter.
 */
export function serviceChains(
  routes: Routes,
  place: ServiceChainsPlace,
): { readonly nat: Chains; readonly filter: Chains } {
  const writer = new Writer(routes.nodes, place);
  for (const route of routes.services) writer.addRoute(route);
  for (const hostPort of routes.hostPorts) writer.addHostPort(hostPort);
  return writer.chains();
}

class Writer {
  readonly #nat = new Map<string, readonly string[]>();
  readonly #clusterIps: string[] = [];
  readonly #nodePorts: string[] = [];
  readonly #hostPorts: string[] = [];
  readonly #hostPortsAnywhere: string[] = [];
  readonly #unserved: string[] = [];
  readonly #unservedHere: string[] = [];
  readonly #hairpin = new Set<string>();
  readonly #nodes: readonly RouteNode[];
  readonly #haveOwnIps: boolean;
  readonly #place: ServiceChainsPlace;

  constructor(nodes: readonly RouteNode[], place: ServiceChainsPlace) {
    this.#nodes = nodes;
    this.#haveOwnIps = new Set(nodes.map(({ ip }) => ip)).size === nodes.length;
    this.#place = place;
  }

  chains(): { readonly nat: Chains; readonly filter: Chains } {
    const { tag } = this.#place;
    const dispatch = [...this.#clusterIps, ...this.#nodePorts, ...this.#hostPorts, ...this.#hostPortsAnywhere];
    this.#nat.set(`${tag}-services`, dispatch);
    this.#nat.set(
      `${tag}-hairpin`,
      [...this.#hairpin].map((ip) => `-s ${ip}/32 -d ${ip}/32 -j MASQUERADE`),
    );
    return {
      nat: this.#nat,
      filter: new Map([
        [`${tag}-unserved`, this.#unserved],
        [`${tag}-unserved-here`, this.#unservedHere],
      ]),
    };
  }

  addRoute(route: ServiceRoute): void {
    const comment = `-m comment --comment "${route.id}"`;
    const at = (ip: string): string => `-d ${ip}/32 ${portMatch(route.protocol, route.port)} ${comment}`;
    const atNodePort = `${ON_THIS_MACHINE} ${portMatch(route.protocol, route.nodePort ?? 0)} ${comment}`;
    const loadBalancerIps = (route.loadBalancer?.ips ?? []).filter((ip) => !ip.startsWith("127."));
    if (route.inside.everywhere.length > 0) {
      const { name, drops } = this.#inside(route);
      for (const ip of route.clusterIps) {
        this.#clusterIps.push(`${at(ip)} -j ${name}`);
        if (drops) this.#unserved.push(`${at(ip)} -j DROP`);
      }
    }
    if (route.outsideFromWithin.everywhere.length > 0) {
      const { name, drops } = this.#outside(route);
      const guarded = this.#guarded(route, name);
      for (const ip of route.externalIps) this.#clusterIps.push(`${at(ip)} -j ${name}`);
      for (const ip of loadBalancerIps) this.#clusterIps.push(`${at(ip)} -j ${guarded}`);
      if (drops) for (const ip of route.externalIps) this.#unserved.push(`${at(ip)} -j DROP`);
      if (drops || guarded !== name) for (const ip of loadBalancerIps) this.#unserved.push(`${at(ip)} -j DROP`);
      if (route.nodePort !== undefined) {
        this.#nodePorts.push(`${atNodePort} -j ${name}`);
        if (drops) this.#unservedHere.push(`${atNodePort} -j DROP`);
      }
    } else {
      const refused = "-j REJECT --reject-with icmp-port-unreachable";
      for (const ip of [...route.externalIps, ...loadBalancerIps]) this.#unserved.push(`${at(ip)} ${refused}`);
      if (route.nodePort !== undefined) this.#unservedHere.push(`${atNodePort} ${refused}`);
    }
    for (const { ip } of allEndpoints(route)) this.#hairpin.add(ip);
  }

  addHostPort({ pod, addresses, isAnywhere, protocol, hostPort, target }: HostPort): void {
    const match = `${portMatch(protocol, hostPort)} -m comment --comment "${pod}"`;
    const send = `-j DNAT --to-destination ${target.ip}:${target.port}`;
    for (const address of addresses) this.#hostPorts.push(`-d ${address}/32 ${match} ${send}`);
    if (isAnywhere) this.#hostPortsAnywhere.push(`${ON_THIS_MACHINE} ${match} ${send}`);
    this.#hairpin.add(target.ip);
  }

  /** Callers are told apart by the node their pod is on. */
  #inside(route: ServiceRoute): ServiceChain {
    return this.#bySource(route, route.inside, route.inside === route.outsideFromWithin ? "" : "inside");
  }

  /** Callers from elsewhere belong to the node they called. */
  #outside(route: ServiceRoute): ServiceChain {
    const within = this.#bySource(route, route.outsideFromWithin, "");
    if (route.outside === route.outsideFromWithin) return within;
    const perNode = this.#haveOwnIps
      ? this.#perNode(route, route.outside, "outside", ({ ip }) => `-d ${ip}/32`)
      : { rules: [], drops: false };
    const name = this.#name(route, "outside");
    this.#nat.set(name, [
      `-s ${this.#place.podRange} -j ${within.name}`,
      `-m addrtype --src-type LOCAL -j ${within.name}`,
      ...perNode.rules,
      ...this.#balance(route, route.outside.everywhere),
    ]);
    return { name, drops: within.drops || perNode.drops || route.outside.everywhere.length === 0 };
  }

  /** In front of `chain`: lets in only who may. */
  #guarded(route: ServiceRoute, chain: string): string {
    const { sourceRanges = [] } = route.loadBalancer ?? {};
    if (sourceRanges.length === 0) return chain;
    const name = this.#name(route, "guarded");
    const ranges = sourceRanges.filter((range) => !range.includes(":"));
    this.#nat.set(name, [...ranges.map((range) => `-s ${range} -j ${chain}`), "-j ACCEPT"]);
    return name;
  }

  #bySource(route: ServiceRoute, endpoints: NodeEndpoints, purpose: string): ServiceChain {
    const name = this.#name(route, purpose);
    const { rules, drops } = this.#perNode(route, endpoints, purpose, ({ podCidr }) => `-s ${podCidr}`);
    if (!this.#nat.has(name)) this.#nat.set(name, [...rules, ...this.#balance(route, endpoints.everywhere)]);
    return { name, drops };
  }

  /** A node without an endpoint of its own drops what comes, as kube-proxy does: others still serve. */
  #perNode(
    route: ServiceRoute,
    { byNode }: NodeEndpoints,
    purpose: string,
    selector: (node: RouteNode) => string,
  ): { readonly rules: readonly string[]; readonly drops: boolean } {
    let drops = false;
    const rules = this.#nodes.flatMap((node, index) => {
      const endpoints = byNode.get(node.name);
      if (!endpoints) return [];
      drops ||= endpoints.length === 0;
      if (endpoints.length === 0) return [`${selector(node)} -j ACCEPT`];
      const name = this.#name(route, `${purpose}-${index}`);
      this.#nat.set(name, this.#balance(route, endpoints));
      return [`${selector(node)} -j ${name}`];
    });
    return { rules, drops };
  }

  /** The first rule takes its share of all, the next its share of what is left, and the last the rest. */
  #balance(route: ServiceRoute, endpoints: readonly EndpointAddress[]): readonly string[] {
    const protocol = route.protocol.toLowerCase();
    const sends = endpoints.map(
      (endpoint) => `-p ${protocol} -j DNAT --to-destination ${endpoint.ip}:${endpoint.port}`,
    );
    if (route.affinitySeconds === undefined) return spread(sends);
    const seconds = route.affinitySeconds;
    const remembering = endpoints.map((endpoint, index) => {
      const name = this.#name(route, `${endpoint.ip}:${endpoint.port}`);
      this.#nat.set(name, [`-m recent --name ${name} --set --rsource ${sends[index]}`]);
      return name;
    });
    return [
      ...remembering.map(
        (name) => `-m recent --name ${name} --rcheck --seconds ${seconds} --reap --rsource -j ${name}`,
      ),
      ...spread(remembering.map((name) => `-j ${name}`)),
    ];
  }

  #name({ id, protocol }: ServiceRoute, purpose: string): string {
    return chainName(this.#place.tag, "svc", `${id}/${protocol} ${purpose}`);
  }
}

interface ServiceChain {
  readonly name: string;
  /** Whether some callers find no endpoint here, though there are some. */
  readonly drops: boolean;
}

const portMatch = (protocol: string, port: number): string => `-p ${protocol.toLowerCase()} --dport ${port}`;

const spread = (targets: readonly string[]): readonly string[] =>
  targets.map((target, index) => {
    const left = targets.length - index;
    return left === 1 ? target : `-m statistic --mode random --probability ${(1 / left).toFixed(10)} ${target}`;
  });
