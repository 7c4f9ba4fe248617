import { mapConcurrently } from "../../../lib/map-concurrently.ts";
import type { Clock } from "../../../lib/time/clock.ts";
import { isRuntimeError } from "../runtime-error.ts";
import type { DockerConnection } from "./connection.ts";
import { removeById } from "./containers.ts";
import { connectDocker } from "./docker-runtime.ts";
import { labelFilter, type Owner } from "./labels.ts";

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
  await removeContainers(connection, filters);
  const networks = await connection.call("Listing networks", (abortSignal) =>
    docker.listNetworks({ filters, abortSignal }),
  );
  const keptNetworks: string[] = [];
  for (const { Id, Name } of networks) {
    if (!(await removeNetwork(connection, Id))) keptNetworks.push(Name);
  }
  return { keptNetworks };
}

/** Removes every container of one node. */
export async function removeNodeContainers(owner: Owner, clock: Clock): Promise<void> {
  using connection = await connectDocker(clock);
  await removeContainers(connection, { label: labelFilter(owner) });
}

async function removeContainers(connection: DockerConnection, filters: { readonly label: string[] }): Promise<void> {
  const containers = await connection.call("Listing containers", (abortSignal) =>
    connection.docker.listContainers({ all: true, filters, abortSignal }),
  );
  await mapConcurrently(containers, PARALLEL_REMOVALS, ({ Id }) => removeById(connection, Id));
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
