import type { Pod } from "../api/types/core-v1.ts";
import type { Rejection } from "./plugin.ts";

/** Why a pod found no node, in upstream's words (pkg/scheduler/framework/types.go, FitError), which users search for. */
export function unschedulableMessage(pod: Pod, nodes: number, rejections: readonly Rejection[]): string {
  if (nodes === 0) return "no nodes available to schedule pods";
  const reasons = histogram(rejections.flatMap((rejection) => rejection.reasons));
  // Upstream asks the plugin for resource claims before the one for preemption, and both explain themselves.
  return `0/${nodes} nodes are available: ${reasons}. no new claims to deallocate, preemption: ${preemptionMessage(pod, nodes, rejections)}`;
}

/** Why no node came into question for a pod. */
export function refusalMessage(pod: Pod, nodes: number, refusal: string): string {
  const rejections = Array.from({ length: nodes }, (): Rejection => ({ reasons: [], isResolvable: false }));
  return `0/${nodes} nodes are available: ${refusal}. no new claims to deallocate, preemption: ${preemptionMessage(pod, nodes, rejections)}`;
}

function preemptionMessage(pod: Pod, nodes: number, rejections: readonly Rejection[]): string {
  if (pod.spec?.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const reasons = rejections.map(({ isResolvable }) =>
    isResolvable ? "No preemption victims found for incoming pod" : "Preemption is not helpful for scheduling",
  );
  return `0/${nodes} nodes are available: ${histogram(reasons)}.`;
}

/** `1 Insufficient cpu, 2 node(s) were unschedulable` */
function histogram(reasons: readonly string[]): string {
  return [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, all]) => `${all.length} ${reason}`)
    .toSorted()
    .join(", ");
}
