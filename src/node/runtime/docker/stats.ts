import type { ContainerInfo, ContainerStats as EngineStats } from "dockerode";

import { mapConcurrently } from "../../../lib/map-concurrently.ts";
import { isRuntimeError } from "../runtime-error.ts";
import type { ContainerStats, MemoryStats, NetworkStats } from "../runtime.ts";
import type { DockerConnection } from "./connection.ts";
import { LABEL, labelFilter, podOfLabels, type Owner } from "./labels.ts";

const PARALLEL_READS = 16;

/** One reading of everything that runs; what ended meanwhile is left out. */
export async function containerStats(connection: DockerConnection, owner: Owner): Promise<readonly ContainerStats[]> {
  const filters = { label: labelFilter(owner) };
  const running = await connection.call("Listing containers", (abortSignal) =>
    connection.docker.listContainers({ filters, abortSignal }),
  );
  const readings = await mapConcurrently(running, PARALLEL_READS, (container) => readStats(connection, container));
  return readings.filter((reading) => reading !== undefined);
}

async function readStats(connection: DockerConnection, container: ContainerInfo): Promise<ContainerStats | undefined> {
  const pod = podOfLabels(container.Labels);
  if (!pod) return undefined;
  try {
    // One reading: without "one-shot" the engine waits a second for a second one.
    const stats = await connection.call("Reading a container's use of resources", () =>
      connection.docker.getContainer(container.Id).stats({ stream: false, "one-shot": true }),
    );
    const readAt = Date.parse(stats.read);
    // What ended since the list is described with zeros and a time of the year 1.
    if (!(readAt > 0)) return undefined;
    return {
      id: container.Id,
      pod,
      name: container.Labels[LABEL.containerName],
      cpuUsageNanoseconds: stats.cpu_stats.cpu_usage.total_usage,
      memory: memoryStats(stats),
      network: networkStats(stats.networks),
      processes: stats.pids_stats?.current ?? 0,
      readAt,
    };
  } catch (error) {
    if (isRuntimeError(error, "NotFound") || isRuntimeError(error, "NotRunning")) return undefined;
    throw error;
  }
}

function memoryStats({ memory_stats: memory }: EngineStats): MemoryStats {
  // The two versions of cgroups name the same figures differently; v1 has those of the whole tree behind "total_".
  const details = (memory.stats ?? {}) as Readonly<Record<string, number>>;
  const figure = (v1: string, v2: string): number => details[`total_${v1}`] ?? details[v2] ?? 0;
  const usageBytes = memory.usage ?? 0;
  return {
    usageBytes,
    workingSetBytes: Math.max(usageBytes - figure("inactive_file", "inactive_file"), 0),
    rssBytes: figure("rss", "anon"),
    pageFaults: figure("pgfault", "pgfault"),
    majorPageFaults: figure("pgmajfault", "pgmajfault"),
  };
}

/** Containers that share the network of a sandbox have no such figures of their own. */
function networkStats(networks: EngineStats["networks"] | undefined): NetworkStats | undefined {
  if (!networks) return undefined;
  const sum = (figure: "rx_bytes" | "rx_errors" | "tx_bytes" | "tx_errors"): number =>
    Object.values(networks).reduce((total, network) => total + network[figure], 0);
  return {
    receivedBytes: sum("rx_bytes"),
    receiveErrors: sum("rx_errors"),
    sentBytes: sum("tx_bytes"),
    sendErrors: sum("tx_errors"),
  };
}
