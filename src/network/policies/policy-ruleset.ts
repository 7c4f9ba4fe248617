import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../api/types/networking-v1.ts";
import { parseCidr } from "../../lib/cidr.ts";
import { chainName, type Ruleset, type TableSet } from "../services/ruleset.ts";
import {
  type PolicyDirection,
  type PolicyPod,
  type PolicySelection,
  policySelection,
  type PolicyView,
  rulesOf,
} from "./policy-selection.ts";

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

export function policyRuleset(view: PolicyView): Ruleset {
  const chains = new Map<string, readonly string[]>();
  const sets = new Map<string, TableSet>();
  const context: Context = { view, chains, sets, selection: policySelection(view) };
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
  readonly selection: PolicySelection;
}

/** Pods with the same policies share a chain. */
function verdicts(context: Context, direction: PolicyDirection): ReadonlyMap<string, string> {
  const policiesByIp = new Map<string, string[]>();
  for (const policy of context.view.policies) {
    const selected = context.selection.selectedPods(policy, direction);
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
  direction: PolicyDirection,
  selected: readonly PolicyPod[],
): string {
  const namespace = metadata.namespace ?? "";
  const name = chainName(`np-policy-${direction}`, `${namespace}/${metadata.name}`);
  const lines = rulesOf(spec, direction).flatMap(({ peers, ports }, index) => {
    const writer = new RuleWriter(context, { name: `${name}-${index}`, namespace, direction, selected });
    return writer.lines(peers, ports);
  });
  context.chains.set(name, lines);
  return name;
}

interface RuleScope {
  readonly name: string;
  readonly namespace: string;
  readonly direction: PolicyDirection;
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
    const { view, selection } = this.#context;
    const pods = view.pods.filter((pod) =>
      selecting.some((peer) => selection.isMeant(peer, pod, this.#scope.namespace)),
    );
    const set = `${this.#scope.name}-peers`;
    this.#addSet(
      set,
      "type ipv4_addr;",
      pods.map(({ ip }) => ip),
    );
    return [`${address} @${set} `, ...blocks];
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
    return this.#context.selection
      .hostServedPorts(peers, ports, this.#scope.namespace)
      .map(({ ip, protocol, port }) => `ip daddr ${ip} meta l4proto ${protocol} th dport ${port} accept`);
  }

  #addSet(name: string, declaration: string, elements: readonly string[]): void {
    this.#context.sets.set(name, {
      keyword: "set",
      declaration,
      elements: new Map(elements.map((each) => [each, ""])),
    });
  }
}
