import { type LabelSelector, labelSelectorOf, type Labels } from "../../api/label-selector.ts";
import type { LabelSelector as LabelSelectorObject } from "../../api/types/meta-v1.ts";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../api/types/networking-v1.ts";
import { cidrContains, parseCidr, parseIpv4 } from "../../lib/cidr.ts";
import { chainName, type Ruleset, type TableSet } from "../services/ruleset.ts";

/**
 * NetworkPolicies as rules of our table, purely. A pod that a policy selects gets a chain for the direction: one jump for each of its policies,
 * which accept what they allow, and then everything else is dropped. Policies add up, as their order does not matter.
 */
export const POLICY_SETS = {
  "policy-ingress-pods": { keyword: "map", type: "ipv4_addr : verdict" },
  "policy-egress-pods": { keyword: "map", type: "ipv4_addr : verdict" },
  /** Ports of this machine that would be a pod's elsewhere. */
  "policy-host-ports": { keyword: "set", type: "ipv4_addr . inet_proto . inet_service" },
} as const;

/** A pod as policies see it. */
export interface PolicyPod {
  readonly namespace: string;
  readonly labels: Labels;
  readonly ip: string;
  readonly ports: readonly NamedPort[];
}

interface NamedPort {
  readonly name: string | undefined;
  readonly protocol: string;
  readonly port: number;
}

/** Something of this machine that policies should take for a pod: cluster DNS. It listens on other ports than it is known by. */
export interface HostServedPod {
  readonly namespace: string;
  readonly labels: Labels;
  readonly ip: string;
  readonly ports: readonly (NamedPort & { readonly listensOn: number })[];
}

export interface PolicyView {
  readonly policies: readonly NetworkPolicy[];
  readonly pods: readonly PolicyPod[];
  readonly hostServed: readonly HostServedPod[];
  /** By name. */
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
}

type Direction = "ingress" | "egress";

export function policyRuleset(view: PolicyView): Ruleset {
  const chains = new Map<string, readonly string[]>();
  const sets = new Map<string, TableSet>();
  const podsByNamespace = Map.groupBy(view.pods, ({ namespace }) => namespace);
  const context: Context = { view, chains, sets, podsByNamespace, compiled: eachOnce(labelSelectorOf) };
  for (const direction of ["ingress", "egress"] as const) {
    sets.set(`policy-${direction}-pods`, {
      keyword: "map",
      declaration: undefined,
      elements: verdicts(context, direction),
    });
  }
  const hostPorts = view.hostServed.flatMap(({ ip, ports }) =>
    ports.map(({ protocol, listensOn }) => [`${ip} . ${protocol.toLowerCase()} . ${listensOn}`, ""] as const),
  );
  sets.set("policy-host-ports", { keyword: "set", declaration: undefined, elements: new Map(hostPorts) });
  return { chains, sets };
}

interface Context {
  readonly view: PolicyView;
  readonly chains: Map<string, readonly string[]>;
  readonly sets: Map<string, TableSet>;
  readonly podsByNamespace: ReadonlyMap<string, readonly PolicyPod[]>;
  compiled(selector: LabelSelectorObject): LabelSelector;
}

/** Pods with the same policies share a chain. */
function verdicts(context: Context, direction: Direction): ReadonlyMap<string, string> {
  const policiesByIp = new Map<string, string[]>();
  for (const policy of context.view.policies) {
    if (!policy.spec?.policyTypes?.some((type) => type.toLowerCase() === direction)) continue;
    const { matches } = labelSelectorOf(policy.spec.podSelector ?? {});
    const selected = (context.podsByNamespace.get(policy.metadata.namespace ?? "") ?? []).filter(({ labels }) =>
      matches(labels),
    );
    if (selected.length === 0) continue;
    const chain = policyChain(context, policy, direction, selected);
    for (const { ip } of selected) policiesByIp.set(ip, [...(policiesByIp.get(ip) ?? []), chain]);
  }
  const elements = new Map<string, string>();
  for (const [ip, policies] of policiesByIp) {
    const name = chainName(`np-${direction}`, policies.toSorted().join(" "));
    context.chains.set(name, [...policies.map((chain) => `jump ${chain}`), "drop"]);
    elements.set(ip, `goto ${name}`);
  }
  return elements;
}

function policyChain(
  context: Context,
  { metadata, spec }: NetworkPolicy,
  direction: Direction,
  selected: readonly PolicyPod[],
): string {
  const namespace = metadata.namespace ?? "";
  const name = chainName(`np-policy-${direction}`, `${namespace}/${metadata.name}`);
  const rules =
    direction === "ingress"
      ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
  const lines = rules.flatMap(({ peers = [], ports = [] }, index) => {
    const writer = new RuleWriter(context, { name: `${name}-${index}`, namespace, direction, selected });
    return writer.lines(peers, ports);
  });
  context.chains.set(name, lines);
  return name;
}

interface RuleScope {
  readonly name: string;
  readonly namespace: string;
  readonly direction: Direction;
  readonly selected: readonly PolicyPod[];
}

/** Writes one rule of a policy: each peer with each port, since a rule allows any of its peers on any of its ports. */
class RuleWriter {
  readonly #context: Context;
  readonly #scope: RuleScope;

  constructor(context: Context, scope: RuleScope) {
    this.#context = context;
    this.#scope = scope;
  }

  lines(peers: readonly NetworkPolicyPeer[], ports: readonly NetworkPolicyPort[]): readonly string[] {
    const peerMatches = peers.length === 0 ? [""] : this.#peerMatches(peers);
    const portMatches = ports.length === 0 ? [""] : ports.map((port, index) => this.#portMatch(port, index));
    const lines = peerMatches.flatMap((peer) => portMatches.map((port) => `${peer}${port}accept`));
    return this.#scope.direction === "egress" ? [...lines, ...this.#hostServedLines(peers, ports)] : lines;
  }

  #peerMatches(peers: readonly NetworkPolicyPeer[]): readonly string[] {
    const address = this.#scope.direction === "ingress" ? "ip saddr" : "ip daddr";
    const blocks = peers.flatMap(({ ipBlock }) => {
      if (!ipBlock || !parseCidr(ipBlock.cidr)) return [];
      const excepted = (ipBlock.except ?? []).filter((range) => parseCidr(range));
      return [`${address} ${ipBlock.cidr} ${excepted.map((range) => `${address} != ${range} `).join("")}`];
    });
    const selecting = peers.filter(({ ipBlock }) => !ipBlock);
    if (selecting.length === 0) return blocks;
    const pods = this.#context.view.pods.filter((pod) => selecting.some((peer) => this.#isMeant(peer, pod)));
    const set = `${this.#scope.name}-peers`;
    this.#addSet(
      set,
      "type ipv4_addr;",
      pods.map(({ ip }) => ip),
    );
    return [`${address} @${set} `, ...blocks];
  }

  #isMeant(peer: NetworkPolicyPeer, pod: Pick<PolicyPod, "namespace" | "labels">): boolean {
    const isInNamespace = peer.namespaceSelector
      ? this.#context.compiled(peer.namespaceSelector).matches(this.#context.view.namespaceLabels.get(pod.namespace))
      : pod.namespace === this.#scope.namespace;
    return isInNamespace && (!peer.podSelector || this.#context.compiled(peer.podSelector).matches(pod.labels));
  }

  #portMatch({ protocol = "TCP", port, endPort }: NetworkPolicyPort, index: number): string {
    const layer = `meta l4proto ${protocol.toLowerCase()} `;
    if (port === undefined) return layer;
    if (typeof port === "number") return `${layer}th dport ${endPort === undefined ? port : `${port}-${endPort}`} `;
    // A name means another number for each pod that is called.
    const called = this.#scope.direction === "ingress" ? this.#scope.selected : this.#context.view.pods;
    const set = `${this.#scope.name}-port-${index}`;
    const elements = called.flatMap(({ ip, ports }) =>
      ports
        .filter((each) => each.name === port && each.protocol === protocol)
        .map((each) => `${ip} . ${protocol.toLowerCase()} . ${each.port}`),
    );
    this.#addSet(set, "type ipv4_addr . inet_proto . inet_service;", elements);
    return `ip daddr . meta l4proto . th dport @${set} `;
  }

  /** What listens on this machine is reached on a port that no policy names. */
  #hostServedLines(peers: readonly NetworkPolicyPeer[], ports: readonly NetworkPolicyPort[]): readonly string[] {
    return this.#context.view.hostServed.flatMap((served) => {
      const isPeer =
        peers.length === 0 ||
        peers.some((peer) => (peer.ipBlock ? isInBlock(peer, served.ip) : this.#isMeant(peer, served)));
      if (!isPeer) return [];
      return served.ports
        .filter((each) => ports.length === 0 || ports.some((port) => isPort(port, each)))
        .map(
          ({ protocol, listensOn }) =>
            `ip daddr ${served.ip} meta l4proto ${protocol.toLowerCase()} th dport ${listensOn} accept`,
        );
    });
  }

  #addSet(name: string, declaration: string, elements: readonly string[]): void {
    this.#context.sets.set(name, {
      keyword: "set",
      declaration,
      elements: new Map(elements.map((each) => [each, ""])),
    });
  }
}

function isPort({ protocol = "TCP", port, endPort }: NetworkPolicyPort, served: NamedPort): boolean {
  if (protocol !== served.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === "string") return port === served.name;
  return served.port >= port && served.port <= (endPort ?? port);
}

function isInBlock({ ipBlock }: NetworkPolicyPeer, ip: string): boolean {
  const address = parseIpv4(ip) ?? 0;
  const contains = (range: string): boolean => {
    const cidr = parseCidr(range);
    return cidr !== undefined && cidrContains(cidr, address);
  };
  return ipBlock !== undefined && contains(ipBlock.cidr) && !(ipBlock.except ?? []).some(contains);
}

/** Selectors are held against every pod, so each is compiled once. */
function eachOnce(compile: (selector: LabelSelectorObject) => LabelSelector): typeof compile {
  const known = new Map<LabelSelectorObject, LabelSelector>();
  return (selector) => {
    const made = known.get(selector) ?? compile(selector);
    known.set(selector, made);
    return made;
  };
}
