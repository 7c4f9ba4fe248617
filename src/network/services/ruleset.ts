import type { EndpointAddress, ServiceRoute } from "./service-routes.ts";

/**
 * The parts of our nftables table that change with Services: chains, and elements of maps and sets. Two rulesets are compared
 * part by part, so that one more endpoint among thousands costs one small transaction.
 */
export interface Ruleset {
  /** Chain name -> its rules. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Map or set name -> key -> verdict; an empty verdict for sets. */
  readonly elements: ReadonlyMap<ElementsName, ReadonlyMap<string, string>>;
  /** Sets that chains fill by themselves, with their declaration. */
  readonly dynamicSets: ReadonlyMap<string, string>;
}

export const ELEMENTS = ["cluster-ips", "node-ports", "hairpin"] as const;
type ElementsName = (typeof ELEMENTS)[number];

export function rulesetOf(routes: readonly ServiceRoute[]): Ruleset {
  const chains = new Map<string, readonly string[]>();
  const dynamicSets = new Map<string, string>();
  const clusterIps = new Map<string, string>();
  const nodePorts = new Map<string, string>();
  const hairpin = new Map<string, string>();
  for (const route of routes) {
    // Without endpoints there is no entry: the packet keeps its address, and the table refuses what is left of the range.
    if (route.endpoints.length === 0) continue;
    const chain = chainName(route.id, route.protocol);
    const protocol = route.protocol.toLowerCase();
    chains.set(
      chain,
      route.affinitySeconds === undefined
        ? [balance(protocol, route.endpoints)]
        : withAffinity(chain, protocol, route, dynamicSets, chains),
    );
    for (const ip of [...route.clusterIps, ...route.externalIps])
      clusterIps.set(`${ip} . ${protocol} . ${route.port}`, `goto ${chain}`);
    if (route.nodePort !== undefined) nodePorts.set(`${protocol} . ${route.nodePort}`, `goto ${chain}`);
    for (const { ip } of route.endpoints) hairpin.set(`${ip} . ${ip}`, "");
  }
  return {
    chains,
    dynamicSets,
    elements: new Map([
      ["cluster-ips", clusterIps],
      ["node-ports", nodePorts],
      ["hairpin", hairpin],
    ]),
  };
}

function balance(protocol: string, endpoints: readonly EndpointAddress[]): string {
  const targets = endpoints.map(({ ip, port }, index) => `${index} : ${ip} . ${port}`).join(", ");
  return `meta l4proto ${protocol} dnat ip to numgen random mod ${endpoints.length} map { ${targets} }`;
}

/** A client that was seen lately goes where it went; each endpoint remembers its own clients. */
function withAffinity(
  chain: string,
  protocol: string,
  route: ServiceRoute,
  dynamicSets: Map<string, string>,
  chains: Map<string, readonly string[]>,
): readonly string[] {
  const seconds = route.affinitySeconds ?? 0;
  const targets = route.endpoints.map((endpoint) => {
    const name = `${chain}-${endpoint.ip.replaceAll(".", "-")}-${endpoint.port}`;
    dynamicSets.set(name, `type ipv4_addr; flags dynamic,timeout; timeout ${seconds}s;`);
    chains.set(name, [
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

/** nftables allows 128 characters; a service's name and namespace may have more, so a hash stands for them. */
function chainName(id: string, protocol: string): string {
  const readable = id
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "")
    .slice(0, 60);
  return `svc-${Bun.hash.xxHash64(`${protocol}:${id}`).toString(36)}-${readable}`;
}

/**
 * The commands that turn `before` into `after`, for one transaction; empty when nothing changed. Order matters: a chain must exist before
 * anything goes to it, and nothing may go to it when it is deleted.
 */
export function rulesetChange(table: string, before: Ruleset, after: Ruleset): readonly string[] {
  const make: string[] = [];
  const fill: string[] = [];
  const remove: string[] = [];
  for (const [set, declaration] of after.dynamicSets) {
    const previous = before.dynamicSets.get(set);
    if (previous === declaration) continue;
    // A set's timeout cannot be changed; its members keep theirs, and new members carry the new one.
    if (previous === undefined) make.push(`add set ${table} ${set} { ${declaration} }`);
  }
  for (const [chain, rules] of after.chains) {
    const previous = before.chains.get(chain);
    if (previous !== undefined && sameRules(previous, rules)) continue;
    make.push(previous === undefined ? `add chain ${table} ${chain}` : `flush chain ${table} ${chain}`);
    for (const rule of rules) fill.push(`add rule ${table} ${chain} ${rule}`);
  }
  for (const name of ELEMENTS) {
    const [old, wanted] = [before.elements.get(name) ?? EMPTY, after.elements.get(name) ?? EMPTY];
    for (const [key, verdict] of old) {
      if (wanted.get(key) !== verdict) fill.push(`delete element ${table} ${name} { ${key} }`);
    }
    for (const [key, verdict] of wanted) {
      if (old.get(key) !== verdict)
        fill.push(`add element ${table} ${name} { ${key}${verdict === "" ? "" : ` : ${verdict}`} }`);
    }
  }
  const gone = [...before.chains.keys()].filter((chain) => !after.chains.has(chain));
  for (const chain of gone) remove.push(`flush chain ${table} ${chain}`);
  for (const chain of gone) remove.push(`delete chain ${table} ${chain}`);
  for (const set of before.dynamicSets.keys())
    if (!after.dynamicSets.has(set)) remove.push(`delete set ${table} ${set}`);
  return [...make, ...fill, ...remove];
}

const EMPTY: ReadonlyMap<string, string> = new Map();

export const emptyRuleset: Ruleset = { chains: new Map(), elements: new Map(), dynamicSets: new Map() };

function sameRules(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((rule, index) => rule === b[index]);
}
