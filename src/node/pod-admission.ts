import { type Amounts, podRequests } from "../api/pod-resources.ts";
import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  ZERO,
} from "../api/quantity.ts";
import type { Pod } from "../api/types/core-v1.ts";
import type { ResourceList } from "./resource-amounts.ts";

/** Why a node does not take a pod. */
export interface PodRejection {
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
  node: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly allocatable: ResourceList;
  },
): PodRejection | undefined {
  if (!matchesNodeSelector(pod, node.labels)) {
    return {
      reason: "NodeAffinity",
      message: "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    };
  }
  const podCapacity = parseQuantity(node.allocatable["pods"] ?? 0);
  if (BigInt(accepted.length + 1) > quantityValue(podCapacity)) {
    return lacking("pods", 1n, BigInt(accepted.length), quantityValue(podCapacity));
  }
  const used = accepted.map(podRequests);
  for (const [name, requested] of Object.entries(podRequests(pod))) {
    const capacity = parseQuantity(node.allocatable[name] ?? 0);
    const taken = sumOf(name, used);
    if (requested.unscaled === 0n || compareQuantities(addQuantities(taken, requested), capacity) <= 0) continue;
    const inUnits = name === "cpu" ? quantityMilliValue : quantityValue;
    return lacking(name, inUnits(requested), inUnits(taken), inUnits(capacity));
  }
  return undefined;
}

const sumOf = (name: string, lists: readonly Amounts[]) =>
  lists.reduce((sum, list) => addQuantities(sum, list[name] ?? ZERO), ZERO);

function lacking(name: string, requested: bigint, used: bigint, capacity: bigint): PodRejection {
  const message = `Pod was rejected: Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${name}`, message };
}

function matchesNodeSelector({ spec }: Readonly<Pod>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
}
