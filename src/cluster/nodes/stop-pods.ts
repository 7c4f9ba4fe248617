import { mapConcurrently } from "../../lib/map-concurrently.ts";
import type { ContainerRuntime } from "../../node/runtime/runtime.ts";

/** Shorter than a pod's own grace period: a user who stops a cluster waits for it. */
const GRACE_SECONDS = 3;
const PARALLEL_STOPS = 16;

/**
 * Ends every container of a node that is being stopped, as the shutdown of a machine would. The records stay: at the next start the agent sees
 * that they have ended, and starts them again by each pod's restart policy.
 */
export async function stopPods(runtime: ContainerRuntime): Promise<void> {
  const { sandboxes, containers } = await runtime.list();
  const running = containers.filter(({ state }) => state.phase === "running");
  await mapConcurrently(
    running,
    PARALLEL_STOPS,
    async ({ id }) => await runtime.stopContainer(id, { graceSeconds: GRACE_SECONDS }),
  );
  const held = sandboxes.filter(({ isRunning }) => isRunning);
  await mapConcurrently(held, PARALLEL_STOPS, async ({ id }) => await runtime.stopContainer(id, { graceSeconds: 0 }));
}
