/** Why a pod found no node, in upstream's words (pkg/scheduler/framework/types.go, FitError), which users search for. */

/** `0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.` */
export function nodesMessage(nodes: number, reasons: readonly string[]): string {
  return `0/${nodes} nodes are available: ${histogram(reasons)}.`;
}

/** Without a reason that differs from node to node. */
export function refusalMessage(nodes: number, refusal: string): string {
  return `0/${nodes} nodes are available: ${refusal}.`;
}

/** Upstream asks the plugin for resource claims before the one for preemption, and both explain themselves. */
export const withPreemption = (message: string, preemption: string): string =>
  `${message} no new claims to deallocate, preemption: ${preemption}`;

/** `1 Insufficient cpu, 2 node(s) were unschedulable` */
function histogram(reasons: readonly string[]): string {
  return [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, all]) => `${all.length} ${reason}`)
    .toSorted()
    .join(", ");
}
