import { checkFormat, PORT_PROTOCOLS } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { parseIpRange, maskedRange, validateIpRange } from "../../ip-address.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import { portNameProblems, portNumberProblems } from "../../names.ts";
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../types/networking-v1.ts";

/** Upstream's ValidateNetworkPolicySpec; ranges that older rules let in may stay. */
export function validateNetworkPolicy({ spec }: NetworkPolicy, errors: FieldErrors, old?: NetworkPolicy): void {
  if (!spec) return;
  const oldRanges = new Set(rangesOf(old));
  validateLabelSelector(spec.podSelector, "spec.podSelector", errors);
  const rules = [
    ...(spec.ingress ?? []).map(({ ports, from }, index) => ({
      ports,
      peers: from,
      path: at("spec.ingress", index),
      side: "from",
    })),
    ...(spec.egress ?? []).map(({ ports, to }, index) => ({
      ports,
      peers: to,
      path: at("spec.egress", index),
      side: "to",
    })),
  ];
  for (const { ports = [], peers = [], path, side } of rules) {
    ports.forEach((port, index) => validatePort(port, at(child(path, "ports"), index), errors));
    peers.forEach((peer, index) => validatePeer(peer, oldRanges, at(child(path, side), index), errors));
  }
  validatePolicyTypes(spec.policyTypes ?? [], errors);
}

function validatePolicyTypes(types: readonly string[], errors: FieldErrors): void {
  if (types.length > 2) return errors.invalid("spec.policyTypes", types, "may not specify more than two policyTypes");
  types.forEach((type, index) => {
    const path = at("spec.policyTypes", index);
    if (type !== "Ingress" && type !== "Egress") errors.notSupportedInOrder(path, type, ["Ingress", "Egress"]);
  });
}

function rangesOf(policy: NetworkPolicy | undefined): string[] {
  const peers = [
    ...(policy?.spec?.ingress ?? []).flatMap(({ from = [] }) => from),
    ...(policy?.spec?.egress ?? []).flatMap(({ to = [] }) => to),
  ];
  return peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : []));
}

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: string, errors: FieldErrors): void {
  if (protocol !== undefined && !(PORT_PROTOCOLS as readonly string[]).includes(protocol)) {
    errors.notSupportedInOrder(child(path, "protocol"), protocol, ["TCP", "UDP", "SCTP"]);
  }
  const endPath = child(path, "endPort");
  if (port === undefined) {
    if (endPort !== undefined) errors.invalid(endPath, endPort, "may not be specified when `port` is not specified");
  } else if (typeof port === "number") {
    checkFormat(port, portNumberProblems(port), child(path, "port"), errors);
    if (endPort === undefined) return;
    if (endPort < port) errors.invalid(endPath, port, "must be greater than or equal to `port`");
    checkFormat(endPort, portNumberProblems(endPort), endPath, errors);
  } else {
    if (endPort !== undefined) errors.invalid(endPath, endPort, "may not be specified when `port` is non-numeric");
    checkFormat(port, portNameProblems(port), child(path, "port"), errors);
  }
}

function validatePeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  oldRanges: ReadonlySet<string>,
  path: string,
  errors: FieldErrors,
): void {
  validateLabelSelector(podSelector, child(path, "podSelector"), errors);
  validateLabelSelector(namespaceSelector, child(path, "namespaceSelector"), errors);
  if (ipBlock) validateIpBlock(ipBlock, oldRanges, child(path, "ipBlock"), errors);
  if (!podSelector && !namespaceSelector && !ipBlock) errors.required(path, "must specify a peer");
  else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.forbidden(path, "may not specify both ipBlock and another peer");
  }
}

function validateIpBlock(
  { cidr, except = [] }: IPBlock,
  oldRanges: ReadonlySet<string>,
  path: string,
  errors: FieldErrors,
): void {
  if (!cidr) return errors.required(child(path, "cidr"), "");
  if (!oldRanges.has(cidr)) validateIpRange(cidr, child(path, "cidr"), errors);
  if (!parseIpRange(cidr)) return;
  except.forEach((part, index) => {
    const partPath = at(child(path, "except"), index);
    if (!oldRanges.has(part)) validateIpRange(part, partPath, errors);
    if (parseIpRange(part) && !isStrictlyInside(part, cidr)) {
      errors.invalid(partPath, part, "must be a strict subset of `cidr`");
    }
  });
}

function isStrictlyInside(part: string, whole: string): boolean {
  const inner = parseIpRange(part);
  const outer = parseIpRange(whole);
  if (!inner || !outer || inner.address.family !== outer.address.family) return false;
  if (inner.prefixLength <= outer.prefixLength) return false;
  const widened = maskedRange({ address: inner.address, prefixLength: outer.prefixLength });
  return widened.address.value === maskedRange(outer).address.value;
}
