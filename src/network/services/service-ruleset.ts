import type { HostPort } from "./host-ports.ts";
import type { EndpointAddress, NodeEndpoints, RouteNode } from "./route-endpoints.ts";
import { chainName, type Ruleset, type TableSet } from "./ruleset.ts";
import { allEndpoints, type ServiceRoute } from "./service-routes.ts";

/** The sets that the table has from the start, for Services and host ports, with their types. */
export const SERVICE_SETS = {
  "cluster-ips": { keyword: "map", type: "ipv4_addr . inet_proto . inet_service : verdict" },
  "node-ports": { keyword: "map", type: "inet_proto . inet_service : verdict" },
  "host-ports": { keyword: "map", type: "ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service" },
  "host-ports-anywhere": { keyword: "map", type: "inet_proto . inet_service : ipv4_addr . inet_service" },
  /** What has no endpoint and is outside the cluster's own range, so that nothing else refuses it. */
  "refused-ips": { keyword: "set", type: "ipv4_addr . inet_proto . inet_service" },
  "refused-ports": { keyword: "set", type: "inet_proto . inet_service" },
  hairpin: { keyword: "set", type: "ipv4_addr . ipv4_addr" },
} as const;
type SetName = keyof typeof SERVICE_SETS;
// The keys of the constant above.
const setNames = Object.keys(SERVICE_SETS) as SetName[];

/** Where callers are. */
export interface RulesetPlace {
  readonly podRange: string;
  readonly nodes: readonly RouteNode[];
}

export function serviceRuleset(
  routes: readonly ServiceRoute[],
  hostPorts: readonly HostPort[],
  place: RulesetPlace,
): Ruleset {
  const elements = new Map<SetName, Map<string, string>>(setNames.map((name) => [name, new Map()]));
  const put = (name: SetName, key: string, value = ""): void => void elements.get(name)?.set(key, value);
  const chains = new Chains(place);
  for (const route of routes) addRoute(route, chains, put);
  for (const hostPort of hostPorts) addHostPort(hostPort, put);
  const sets = new Map<string, TableSet>();
  for (const [name, values] of elements) {
    sets.set(name, { keyword: SERVICE_SETS[name].keyword, declaration: undefined, elements: values });
  }
  for (const [name, declaration] of chains.dynamicSets) {
    sets.set(name, { keyword: "set", declaration, elements: new Map() });
  }
  return { chains: chains.rules, sets };
}

type Put = (name: SetName, key: string, value?: string) => void;

function addRoute(route: ServiceRoute, chains: Chains, put: Put): void {
  const protocol = route.protocol.toLowerCase();
  const loadBalancerIps = (route.loadBalancer?.ips ?? []).filter((ip) => !ip.startsWith("127."));
  const portKey = `${protocol} . ${route.port}`;
  // Without endpoints there is no entry: the packet keeps its address, and the table refuses what is left of the range.
  if (route.inside.everywhere.length > 0) {
    const chain = chains.inside(route);
    for (const ip of route.clusterIps) put("cluster-ips", `${ip} . ${portKey}`, `goto ${chain}`);
  }
  if (route.outsideFromWithin.everywhere.length > 0) {
    const chain = chains.outside(route);
    for (const ip of route.externalIps) put("cluster-ips", `${ip} . ${portKey}`, `goto ${chain}`);
    for (const ip of loadBalancerIps) put("cluster-ips", `${ip} . ${portKey}`, `goto ${chains.guarded(route, chain)}`);
    if (route.nodePort !== undefined) put("node-ports", `${protocol} . ${route.nodePort}`, `goto ${chain}`);
  } else {
    for (const ip of [...route.externalIps, ...loadBalancerIps]) put("refused-ips", `${ip} . ${portKey}`);
    if (route.nodePort !== undefined) put("refused-ports", `${protocol} . ${route.nodePort}`);
  }
  for (const { ip } of allEndpoints(route)) put("hairpin", `${ip} . ${ip}`);
}

function addHostPort({ addresses, isAnywhere, protocol, hostPort, target }: HostPort, put: Put): void {
  const key = `${protocol.toLowerCase()} . ${hostPort}`;
  const value = `${target.ip} . ${target.port}`;
  for (const address of addresses) put("host-ports", `${address} . ${key}`, value);
  if (isAnywhere) put("host-ports-anywhere", key, value);
  put("hairpin", `${target.ip} . ${target.ip}`);
}

/** Makes the chains of routes; what two ways into a Service share is one chain. */
class Chains {
  readonly rules = new Map<string, readonly string[]>();
  readonly dynamicSets = new Map<string, string>();
  readonly #place: RulesetPlace;
  readonly #haveOwnIps: boolean;

  constructor(place: RulesetPlace) {
    this.#place = place;
    this.#haveOwnIps = new Set(place.nodes.map(({ ip }) => ip)).size === place.nodes.length;
  }

  /** Callers are told apart by the node their pod is on. */
  inside(route: ServiceRoute): string {
    return this.#bySource(route, route.inside, route.inside === route.outsideFromWithin ? "" : "-inside");
  }

  /** Callers from elsewhere belong to the node they called. */
  outside(route: ServiceRoute): string {
    const within = this.#bySource(route, route.outsideFromWithin, "");
    if (route.outside === route.outsideFromWithin) return within;
    const name = `${nameOf(route)}-outside`;
    this.rules.set(name, [
      `ip saddr ${this.#place.podRange} goto ${within}`,
      `fib saddr type local goto ${within}`,
      ...(this.#haveOwnIps ? this.#perNode(route, route.outside, "-outside", ({ ip }) => ip, "ip daddr") : []),
      ...this.#balance(route, route.outside.everywhere),
    ]);
    return name;
  }

  /** In front of `chain`: lets in only who may. */
  guarded(route: ServiceRoute, chain: string): string {
    const ranges = (route.loadBalancer?.sourceRanges ?? []).filter((range) => !range.includes(":"));
    if (route.loadBalancer?.sourceRanges.length === 0) return chain;
    const name = `${nameOf(route)}-guarded`;
    this.rules.set(name, [...ranges.map((range) => `ip saddr ${range} goto ${chain}`), "drop"]);
    return name;
  }

  #bySource(route: ServiceRoute, endpoints: NodeEndpoints, suffix: string): string {
    const name = nameOf(route) + suffix;
    if (this.rules.has(name)) return name;
    this.rules.set(name, [
      ...this.#perNode(route, endpoints, suffix, ({ podCidr }) => podCidr, "ip saddr"),
      ...this.#balance(route, endpoints.everywhere),
    ]);
    return name;
  }

  /** A node without an endpoint of its own drops what comes, as kube-proxy does: others still serve. */
  #perNode(
    route: ServiceRoute,
    { byNode }: NodeEndpoints,
    suffix: string,
    placeOf: (node: RouteNode) => string,
    selector: string,
  ): readonly string[] {
    const verdicts = this.#place.nodes.flatMap((node, index) => {
      const endpoints = byNode.get(node.name);
      if (!endpoints) return [];
      if (endpoints.length === 0) return [`${placeOf(node)} : drop`];
      const name = `${nameOf(route)}${suffix}-${index}`;
      this.rules.set(name, this.#balance(route, endpoints));
      return [`${placeOf(node)} : goto ${name}`];
    });
    return verdicts.length === 0 ? [] : [`${selector} vmap { ${verdicts.join(", ")} }`];
  }

  #balance(route: ServiceRoute, endpoints: readonly EndpointAddress[]): readonly string[] {
    if (endpoints.length === 0) return [];
    const protocol = route.protocol.toLowerCase();
    if (route.affinitySeconds !== undefined) return this.#withAffinity(route, protocol, endpoints);
    const targets = endpoints.map(({ ip, port }, index) => `${index} : ${ip} . ${port}`).join(", ");
    return [`meta l4proto ${protocol} dnat ip to numgen random mod ${endpoints.length} map { ${targets} }`];
  }

  /** A client that was seen lately goes where it went; each endpoint remembers its own clients. */
  #withAffinity(route: ServiceRoute, protocol: string, endpoints: readonly EndpointAddress[]): readonly string[] {
    const seconds = route.affinitySeconds ?? 0;
    const targets = endpoints.map((endpoint) => {
      const name = `${nameOf(route)}-${endpoint.ip.replaceAll(".", "-")}-${endpoint.port}`;
      this.dynamicSets.set(name, `type ipv4_addr; flags dynamic,timeout; timeout ${seconds}s;`);
      this.rules.set(name, [
        `update @${name} { ip saddr timeout ${seconds}s }`,
        `meta l4proto ${protocol} dnat ip to ${endpoint.ip}:${endpoint.port}`,
      ]);
      return name;
    });
    return [
      ...targets.map((name) => `ip saddr @${name} goto ${name}`),
      `numgen random mod ${targets.length} vmap { ${targets.map((name, index) => `${index} : goto ${name}`).join(", ")} }`,
    ];
  }
}

const nameOf = (route: ServiceRoute): string => chainName("svc", `${route.id}/${route.protocol.toLowerCase()}`);
