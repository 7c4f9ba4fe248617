import { mapConcurrently } from "../../../lib/map-concurrently.ts";
import type { Clock } from "../../../lib/time/clock.ts";
import { isRuntimeError } from "../runtime-error.ts";
import type { DockerConnection } from "./connection.ts";
import { connectDocker } from "./docker-runtime.ts";
import { statusCode } from "./engine-error.ts";
import { labelFilter } from "./labels.ts";

const PARALLEL_CALLS = 16;

/** Freezes every container of a cluster where it is. One that ends meanwhile is left alone. */
export async function freezeContainers(cluster: string, clock: Clock): Promise<void> {
  using connection = await connectDocker(clock);
  await mapConcurrently(await containerIds(connection, cluster, "running"), PARALLEL_CALLS, (id) =>
    unlessItChanged(connection.call("Freezing a container", () => connection.docker.getContainer(id).pause())),
  );
}

/** Lets every frozen container of a cluster go on. */
export async function thawContainers(cluster: string, clock: Clock): Promise<void> {
  using connection = await connectDocker(clock);
  await mapConcurrently(await containerIds(connection, cluster, "paused"), PARALLEL_CALLS, (id) =>
    unlessItChanged(connection.call("Thawing a container", () => connection.docker.getContainer(id).unpause())),
  );
}

/** The ids of the containers of a cluster that run now. */
export async function runningContainersOf(cluster: string, clock: Clock): Promise<ReadonlySet<string>> {
  using connection = await connectDocker(clock);
  return new Set(await containerIds(connection, cluster, "running"));
}

async function containerIds(
  connection: DockerConnection,
  cluster: string,
  status: "running" | "paused",
): Promise<readonly string[]> {
  const listed = await connection.call("Listing containers", (abortSignal) =>
    connection.docker.listContainers({ filters: { label: labelFilter({ cluster }), status: [status] }, abortSignal }),
  );
  // The engine's "running" includes what is frozen.
  return listed.filter(({ State }) => State === status).map(({ Id }) => Id);
}

/** Gone, ended, or in the wanted state already: the engine answers 404, 409 or 304, older ones 500 with the same words. */
async function unlessItChanged(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    const isOver = isRuntimeError(error, "NotFound") || [304, 409].includes(statusCode(error) ?? 0);
    if (!isOver && !/is not (running|paused)|already paused/.test(String(error))) throw error;
  }
}
