import type { Clock } from "../../../lib/clock.ts";
import { mapConcurrently } from "../../../lib/map-concurrently.ts";
import { isRuntimeError } from "../runtime-error.ts";
import type { DockerConnection } from "./connection.ts";
import { removeById } from "./containers.ts";
import { connectDocker } from "./docker-runtime.ts";
import { labelFilter } from "./labels.ts";

const PARALLEL_REMOVALS = 8;

export interface EngineRemoval {
  /**
   * Networks that the engine does not let go: the user's own containers are in them, or the engine has lost count of its
   * endpoints, which happens to it under load and lasts until it restarts (https://github.com/moby/moby/issues/42119).
   */
  readonly keptNetworks: readonly string[];
}

/** Removes every container and network that carries the cluster's label, whichever process made them. */
export async function removeCluster(cluster: string, clock: Clock): Promise<EngineRemoval> {
  using connection = await connectDocker(clock);
  const { docker } = connection;
  const filters = { label: labelFilter({ cluster }) };
  const containers = await connection.call("Listing containers", (abortSignal) =>
    docker.listContainers({ all: true, filters, abortSignal }),
  );
  await mapConcurrently(containers, PARALLEL_REMOVALS, ({ Id }) => removeById(connection, Id));
  const networks = await connection.call("Listing networks", (abortSignal) =>
    docker.listNetworks({ filters, abortSignal }),
  );
  const keptNetworks: string[] = [];
  for (const { Id, Name } of networks) {
    if (!(await removeNetwork(connection, Id))) keptNetworks.push(Name);
  }
  return { keptNetworks };
}

/** False when the engine says that the network is in use. */
async function removeNetwork(connection: DockerConnection, id: string): Promise<boolean> {
  try {
    await connection.call("Removing a network", (abortSignal) =>
      connection.docker.getNetwork(id).remove({ abortSignal }),
    );
    return true;
  } catch (error) {
    if (isRuntimeError(error, "NotFound")) return true;
    if (isRuntimeError(error) && error.message.includes("has active endpoints")) return false;
    throw error;
  }
}
