import { RuntimeError } from "../runtime/runtime-error.ts";
import type { ContainerRuntime } from "../runtime/runtime.ts";
import type { ContainerUpdate } from "./pod-resize.ts";

/** A memory limit below what is in use would kill the container: it is tried again later (pkg/kubelet/kuberuntime). */
export async function refuseBelowUse(runtime: ContainerRuntime, updates: readonly ContainerUpdate[]): Promise<void> {
  const decreasing = updates.filter(
    ({ limits, actual }) =>
      limits.memoryLimitBytes !== undefined && limits.memoryLimitBytes < (actual.memoryLimitBytes ?? Infinity),
  );
  if (decreasing.length === 0) return;
  const usage = new Map((await runtime.stats()).map(({ id, memory }) => [id, memory.usageBytes]));
  const problems = decreasing.flatMap(({ containerId, name, limits: { memoryLimitBytes = 0 } }) => {
    const used = usage.get(containerId) ?? 0;
    if (used < memoryLimitBytes) return [];
    return [
      `attempting to set container ${JSON.stringify(name)} memory limit (${memoryLimitBytes}) below current usage (${used})`,
    ];
  });
  if (problems.length === 0) return;
  const text = problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`;
  throw new RuntimeError("Invalid", `cannot decrease memory limits: ${text}`);
}
