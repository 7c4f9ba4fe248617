import { type LabelSelector, labelSelectorOf, type Labels } from "../../api/label-selector.ts";
import type { LabelSelector as LabelSelectorObject } from "../../api/types/meta-v1.ts";
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from "../../api/types/networking-v1.ts";
import { cidrContains, parseCidr, parseIpv4 } from "../../lib/cidr.ts";

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

export type PolicyDirection = "ingress" | "egress";

/** Whom policies mean, whatever enforces them. */
export interface PolicySelection {
  /** The pods that the policy is for; none when it says nothing about the direction. */
  selectedPods(policy: NetworkPolicy, direction: PolicyDirection): readonly PolicyPod[];
  /** Whether a peer of a policy in `namespace` means the pod. */
  isMeant(peer: NetworkPolicyPeer, pod: Pick<PolicyPod, "namespace" | "labels">, namespace: string): boolean;
  /** What listens on this machine is reached on ports that no policy names: those that a rule for egress allows. */
  hostServedPorts(
    peers: readonly NetworkPolicyPeer[],
    ports: readonly NetworkPolicyPort[],
    namespace: string,
  ): readonly { readonly ip: string; readonly protocol: string; readonly port: number }[];
}

export function policySelection(view: PolicyView): PolicySelection {
  const podsByNamespace = Map.groupBy(view.pods, ({ namespace }) => namespace);
  const compiled = eachOnce(labelSelectorOf);
  const isMeant: PolicySelection["isMeant"] = (peer, pod, namespace) => {
    const isInNamespace = peer.namespaceSelector
      ? compiled(peer.namespaceSelector).matches(view.namespaceLabels.get(pod.namespace))
      : pod.namespace === namespace;
    return isInNamespace && (!peer.podSelector || compiled(peer.podSelector).matches(pod.labels));
  };
  return {
    isMeant,
    selectedPods({ metadata, spec }, direction) {
      if (!spec?.policyTypes?.some((type) => type.toLowerCase() === direction)) return [];
      const { matches } = labelSelectorOf(spec.podSelector ?? {});
      return (podsByNamespace.get(metadata.namespace ?? "") ?? []).filter(({ labels }) => matches(labels));
    },
    hostServedPorts: (peers, ports, namespace) =>
      view.hostServed.flatMap((served) => {
        const isPeer =
          peers.length === 0 ||
          peers.some((peer) => (peer.ipBlock ? isInBlock(peer, served.ip) : isMeant(peer, served, namespace)));
        if (!isPeer) return [];
        return served.ports
          .filter((each) => ports.length === 0 || ports.some((port) => isPort(port, each)))
          .map(({ protocol, listensOn }) => ({ ip: served.ip, protocol: protocol.toLowerCase(), port: listensOn }));
      }),
  };
}

/** The rules for one direction, in the same words for both. */
export function rulesOf(
  spec: NetworkPolicySpec | undefined,
  direction: PolicyDirection,
): readonly { readonly peers: readonly NetworkPolicyPeer[]; readonly ports: readonly NetworkPolicyPort[] }[] {
  return direction === "ingress"
    ? (spec?.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }))
    : (spec?.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports }));
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
