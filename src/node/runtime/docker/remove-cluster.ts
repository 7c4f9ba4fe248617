import type { Clock } from "../../../lib/clock.ts";
import { mapConcurrently } from "../../../lib/map-concurrently.ts";
import { isRuntimeError } from "../runtime-error.ts";
import { removeById } from "./containers.ts";
import { connectDocker } from "./docker-runtime.ts";
import { labelFilter } from "./labels.ts";

const PARALLEL_REMOVALS = 8;

/** Removes every container and network that carries the cluster's label, whichever process made them. */
export async function removeCluster(cluster: string, clock: Clock): Promise<void> {
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
  for (const { Id } of networks) {
    try {
      await connection.call("Removing a network", (abortSignal) => docker.getNetwork(Id).remove({ abortSignal }));
    } catch (error) {
      if (!isRuntimeError(error, "NotFound")) throw error;
    }
  }
}
