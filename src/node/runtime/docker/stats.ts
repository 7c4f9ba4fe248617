import type { ContainerInfo, ContainerStats as EngineStats } from "dockerode";

import { mapConcurrently } from "../../../lib/map-concurrently.ts";
import { isRuntimeError } from "../runtime-error.ts";
import type { ContainerStats } from "../runtime.ts";
import type { DockerConnection } from "./connection.ts";
import { LABEL, labelFilter, podOfLabels, type Owner } from "./labels.ts";

const PARALLEL_READS = 16;

/** One reading of every container that runs; one that ended meanwhile is left out. */
export async function containerStats(connection: DockerConnection, owner: Owner): Promise<readonly ContainerStats[]> {
  const filters = { label: labelFilter(owner, `${LABEL.type}=container`) };
  const running = await connection.call("Listing containers", (abortSignal) =>
    connection.docker.listContainers({ filters, abortSignal }),
  );
  const readings = await mapConcurrently(running, PARALLEL_READS, (container) => readStats(connection, container));
  return readings.filter((reading) => reading !== undefined);
}

async function readStats(connection: DockerConnection, container: ContainerInfo): Promise<ContainerStats | undefined> {
  const pod = podOfLabels(container.Labels);
  const name = container.Labels[LABEL.containerName];
  if (!pod || name === undefined) return undefined;
  try {
    // One reading: without "one-shot" the engine waits a second for a second one.
    const stats = await connection.call("Reading a container's use of resources", () =>
      connection.docker.getContainer(container.Id).stats({ stream: false, "one-shot": true }),
    );
    return {
      id: container.Id,
      pod,
      name,
      cpuUsageNanoseconds: stats.cpu_stats.cpu_usage.total_usage,
      memoryBytes: workingSetBytes(stats),
      readAt: Date.parse(stats.read),
    };
  } catch (error) {
    if (isRuntimeError(error, "NotFound") || isRuntimeError(error, "NotRunning")) return undefined;
    throw error;
  }
}

/** Use without the file pages that the kernel would drop first: what Kubernetes calls the working set. */
function workingSetBytes({ memory_stats: memory }: EngineStats): number {
  if (memory.usage === undefined) return 0;
  // cgroup v1 and v2 name the same figure differently.
  const details = memory.stats as Readonly<Record<string, number>> | undefined;
  const inactiveFile = details?.["total_inactive_file"] ?? details?.["inactive_file"] ?? 0;
  return Math.max(memory.usage - inactiveFile, 0);
}
