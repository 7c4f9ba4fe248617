import type { NetworkPolicyPeer, NetworkPolicyPort } from "../../api/types/networking-v1.ts";
import { type Cidr, cidrContains, cidrsWithout, cidrText, parseCidr, parseIpv4 } from "../../lib/cidr.ts";
import { chainName, type Chains } from "../iptables/chains.ts";
import {
  type PolicyDirection,
  type PolicyPod,
  type PolicySelection,
  policySelection,
  type PolicyView,
  rulesOf,
} from "./policy-selection.ts";

/**
 * NetworkPolicies as chains for iptables. A pod that policies select has one for the direction, with what they allow: it returns, so that the
 * other direction is looked at too; what is left is dropped. Pods with the same policies share it.
 */
export function policyChains(view: PolicyView, tag: string): Chains {
  const chains = new Map<string, readonly string[]>();
  const selection = policySelection(view);
  for (const direction of ["egress", "ingress"] as const) {
    const address = direction === "ingress" ? "-d" : "-s";
    const jumps = [...allowancesByIp(view, selection, direction)].map(([ip, { id, lines }]) => {
      const name = chainName(tag, `np${direction.slice(0, 2)}`, id);
      chains.set(name, [...lines.map((each) => `${each}-j RETURN`), "-j DROP"]);
      return `${address} ${ip}/32 -j ${name}`;
    });
    chains.set(`${tag}-${direction}`, jumps);
  }
  const hostPorts = view.hostServed.flatMap(({ ip, ports }) =>
    ports.map(
      ({ protocol, listensOn }) => `-d ${ip}/32 -p ${protocol.toLowerCase()} --dport ${listensOn} -j ${tag}-egress`,
    ),
  );
  chains.set(`${tag}-host-ports`, hostPorts);
  return chains;
}

interface Allowances {
  /** The same for pods with the same policies. */
  readonly id: string;
  readonly lines: readonly string[];
}

function allowancesByIp(
  view: PolicyView,
  selection: PolicySelection,
  direction: PolicyDirection,
): ReadonlyMap<string, Allowances> {
  const byIp = new Map<string, Allowances>();
  for (const policy of view.policies) {
    const { metadata, spec } = policy;
    const selected = selection.selectedPods(policy, direction);
    const namespace = metadata.namespace ?? "";
    const lines = rulesOf(spec, direction).flatMap(({ peers, ports }) =>
      allowed(peers, ports, { view, selection, direction, namespace, selected }),
    );
    for (const { ip } of selected) {
      const before = byIp.get(ip);
      const id = `${before?.id ?? direction} ${namespace}/${metadata.name}`;
      byIp.set(ip, { id, lines: [...(before?.lines ?? []), ...lines] });
    }
  }
  return byIp;
}

interface Scope {
  readonly view: PolicyView;
  readonly selection: PolicySelection;
  readonly direction: PolicyDirection;
  readonly namespace: string;
  readonly selected: readonly PolicyPod[];
}

/** Each peer with each port, since a rule allows any of its peers on any of its ports. */
function allowed(
  peers: readonly NetworkPolicyPeer[],
  ports: readonly NetworkPolicyPort[],
  scope: Scope,
): readonly string[] {
  const ranges = peers.length === 0 ? [undefined] : peerRanges(peers, scope);
  const matches = ports.length === 0 ? [ANY_PORT] : ports.flatMap((port) => portMatches(port, scope));
  const lines = ranges.flatMap((range) => matches.flatMap((match) => line(range, match, scope.direction) ?? []));
  if (scope.direction === "ingress") return lines;
  const hostServed = scope.selection
    .hostServedPorts(peers, ports, scope.namespace)
    .map(({ ip, protocol, port }) => `-d ${ip}/32 -p ${protocol} --dport ${port} `);
  return [...lines, ...hostServed];
}

interface PortMatch {
  /** The pod that has it, for a port that was named. */
  readonly ip: string | undefined;
  readonly text: string;
}

const ANY_PORT: PortMatch = { ip: undefined, text: "" };

function line(range: Cidr | undefined, { ip, text }: PortMatch, direction: PolicyDirection): string | undefined {
  const called = ip === undefined ? "" : `-d ${ip}/32 `;
  if (!range) return called + text;
  if (direction === "ingress") return `-s ${cidrText(range)} ${called}${text}`;
  if (ip === undefined) return `-d ${cidrText(range)} ${text}`;
  return cidrContains(range, parseIpv4(ip) ?? 0) ? called + text : undefined;
}

function peerRanges(peers: readonly NetworkPolicyPeer[], { view, selection, namespace }: Scope): readonly Cidr[] {
  const blocks = peers.flatMap(({ ipBlock }) => {
    const block = ipBlock && parseCidr(ipBlock.cidr);
    const excepted = (ipBlock?.except ?? []).flatMap((range) => parseCidr(range) ?? []);
    // Two addresses that are not to match cannot stand in one rule, so what is left of the block is spelled out.
    return block ? cidrsWithout(block, excepted) : [];
  });
  const selecting = peers.filter(({ ipBlock }) => !ipBlock);
  const pods = view.pods.filter((pod) => selecting.some((peer) => selection.isMeant(peer, pod, namespace)));
  return [...pods.flatMap(({ ip }) => parseCidr(`${ip}/32`) ?? []), ...blocks];
}

function portMatches({ protocol = "TCP", port, endPort }: NetworkPolicyPort, scope: Scope): readonly PortMatch[] {
  const layer = `-p ${protocol.toLowerCase()} `;
  if (port === undefined) return [{ ip: undefined, text: layer }];
  if (typeof port === "number") {
    return [{ ip: undefined, text: `${layer}--dport ${endPort === undefined ? port : `${port}:${endPort}`} ` }];
  }
  // A name means another number for each pod that is called.
  const called = scope.direction === "ingress" ? scope.selected : scope.view.pods;
  return called.flatMap(({ ip, ports }) =>
    ports
      .filter((each) => each.name === port && each.protocol === protocol)
      .map((each) => ({ ip, text: `${layer}--dport ${each.port} ` })),
  );
}
