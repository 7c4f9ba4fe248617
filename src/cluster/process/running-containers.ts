import type { Clock } from "../../lib/time/clock.ts";
import { runningContainersOf } from "../../node/runtime/docker/freeze.ts";
import { readConfig } from "../config/config.ts";
import type { DataDirectory } from "../config/data-directory.ts";

/** The ids of the cluster's containers that run in the engine now. Pods that only pretend to run have none. */
export async function runningContainerIds(directory: DataDirectory, clock: Clock): Promise<ReadonlySet<string>> {
  const config = await readConfig(directory);
  return config?.runtime === "docker" ? await runningContainersOf(directory.cluster, clock) : new Set();
}
