import { matchesNodeSelector } from "../../api/node-selector.ts";
import { type Amounts, podRequests } from "../../api/pod-resources.ts";
import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  ZERO,
} from "../../api/quantity.ts";
import { untoleratedTaint } from "../../api/tolerations.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import type { NodeFacts } from "../node-facts.ts";
import type { ResourceList } from "../resource-amounts.ts";
import { sysctlRejection } from "./sysctl-rejection.ts";

/** Why a node does not take a pod. */
export interface PodRejection {
  /** As the pod's status shows it: OutOfcpu, NodeAffinity ... */
  readonly reason: string;
  readonly message: string;
}

/**
 * Whether a pod fits beside those the node has accepted: the scheduler may have been passed by, or have seen an older state
 * (pkg/kubelet/lifecycle/predicate.go). Undefined: it fits.
 */
export function podRejection(
  pod: Readonly<Pod>,
  accepted: readonly Readonly<Pod>[],
  node: Readonly<Node>,
  { allocatable, hasAppArmor }: Pick<NodeFacts, "allocatable" | "hasAppArmor">,
): PodRejection | undefined {
  const sysctl = sysctlRejection(pod);
  if (sysctl) return sysctl;
  if (pod.spec?.securityContext?.supplementalGroupsPolicy === "Strict") {
    const message = "SupplementalGroupsPolicy=Strict is not supported in this node";
    return { reason: "SupplementalGroupsPolicyNotSupported", message };
  }
  if (!hasAppArmor && wantsAppArmor(pod)) {
    return { reason: "AppArmor", message: "Cannot enforce AppArmor: AppArmor is not enabled on the host" };
  }
  const lacking = lackingResource(pod, accepted, allocatable);
  if (lacking) return lacking;
  if (!isSelected(pod, node)) {
    return failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
  }
  if (accepted.some((other) => shareHostPort(pod, other))) {
    return failed("NodePorts", "node(s) didn't have free ports for the requested pod ports");
  }
  if (untoleratedTaint(node.spec?.taints, pod.spec?.tolerations, ["NoExecute"])) {
    return failed("TaintToleration", "node(s) had taints that the pod didn't tolerate");
  }
  return undefined;
}

const failed = (predicate: string, what: string): PodRejection => ({
  reason: predicate,
  message: `Predicate ${predicate} failed: ${what}`,
});

function wantsAppArmor({ spec }: Readonly<Pod>): boolean {
  const contexts = [
    spec?.securityContext,
    ...[...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ securityContext }) => securityContext),
  ];
  return contexts.some((context) => context?.appArmorProfile && context.appArmorProfile.type !== "Unconfined");
}

/** Which resource the node has too little of, if any. */
export function lackingResource(
  pod: Readonly<Pod>,
  accepted: readonly Readonly<Pod>[],
  allocatable: ResourceList,
): PodRejection | undefined {
  const mostPods = quantityValue(parseQuantity(allocatable["pods"] ?? 0));
  if (BigInt(accepted.length + 1) > mostPods) return insufficient("pods", 1n, BigInt(accepted.length), mostPods);
  const used = accepted.map(podRequests);
  for (const [name, requested] of Object.entries(podRequests(pod))) {
    const quantity = allocatable[name];
    // Extended resources that the node does not know are the cluster's affair.
    if (requested.unscaled === 0n || quantity === undefined) continue;
    const capacity = parseQuantity(quantity);
    const taken = sumOf(name, used);
    if (compareQuantities(addQuantities(taken, requested), capacity) <= 0) continue;
    const inUnits = name === "cpu" ? quantityMilliValue : quantityValue;
    return insufficient(name, inUnits(requested), inUnits(taken), inUnits(capacity));
  }
  return undefined;
}

const sumOf = (name: string, lists: readonly Amounts[]) =>
  lists.reduce((sum, list) => addQuantities(sum, list[name] ?? ZERO), ZERO);

function insufficient(name: string, requested: bigint, used: bigint, capacity: bigint): PodRejection {
  const message = `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${name}`, message };
}

function isSelected({ spec }: Readonly<Pod>, node: Readonly<Node>): boolean {
  const { labels = {} } = node.metadata;
  const isLabelled = Object.entries(spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return isLabelled && (!required || matchesNodeSelector(required, node));
}

function shareHostPort(a: Readonly<Pod>, b: Readonly<Pod>): boolean {
  const taken = hostPorts(b);
  return hostPorts(a).some((wanted) =>
    taken.some(
      ({ port, protocol, ip }) =>
        port === wanted.port && protocol === wanted.protocol && (ip === wanted.ip || isAny(ip) || isAny(wanted.ip)),
    ),
  );
}

const isAny = (ip: string): boolean => ip === "" || ip === "0.0.0.0";

function hostPorts({ spec }: Readonly<Pod>) {
  return (spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, protocol = "TCP", hostIP: ip = "" }) =>
      hostPort > 0 ? [{ port: hostPort, protocol, ip }] : [],
    ),
  );
}
