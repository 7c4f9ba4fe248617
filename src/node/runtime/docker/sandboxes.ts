import type { ContainerCreateOptions } from "dockerode";

import { isRuntimeError } from "../runtime-error.ts";
import type { SandboxRecord, SandboxSpec } from "../runtime.ts";
import type { DockerConnection } from "./connection.ts";
import { sandboxOptions } from "./container-options.ts";
import { createNamed, removeById, startById, stopContainer } from "./containers.ts";
import type { Engine } from "./engine.ts";
import { LABEL, labelFilter, type Owner } from "./labels.ts";
import { ensureNetwork } from "./network.ts";
import { ensurePauseImage } from "./pause-image.ts";

/** Two requests: nothing is looked up first, since image and network are there in all but odd cases. */
export async function runSandbox(engine: Engine, spec: SandboxSpec): Promise<SandboxRecord> {
  const { connection } = engine;
  const id = await createWithImage(engine, sandboxOptions(engine, spec));
  try {
    await engine.starts.run(() => startWithNetwork(engine, id));
  } catch (error) {
    await removeById(connection, id);
    throw error;
  }
  const { pod, attempt, ip } = spec;
  return { id, pod, attempt, isRunning: true, ip, createdAt: connection.clock.now() };
}

/** What still runs in it is killed first: without the network it is of no use. */
export async function removeSandbox(connection: DockerConnection, owner: Owner, id: string): Promise<void> {
  const filters = { label: labelFilter(owner, `${LABEL.sandboxId}=${id}`), status: ["running"] };
  const joined = await connection.call("Listing the containers of a pod", (abortSignal) =>
    connection.docker.listContainers({ filters, abortSignal }),
  );
  await Promise.all(joined.map((container) => stopContainer(connection, container.Id, { graceSeconds: 0 })));
  await removeById(connection, id);
}

/** The user may have pruned the image away while no pod used it. */
async function createWithImage(engine: Engine, options: ContainerCreateOptions): Promise<string> {
  try {
    return await createNamed(engine.connection, options);
  } catch (error) {
    if (!isRuntimeError(error, "ImageNotFound")) throw error;
    await ensurePauseImage(engine.connection, engine.facts.version.architecture);
    return await createNamed(engine.connection, options);
  }
}

/** As well as the network. */
async function startWithNetwork(engine: Engine, id: string): Promise<void> {
  const { connection, owner, network } = engine;
  try {
    await startById(connection, id);
  } catch (error) {
    if (!isRuntimeError(error, "NotFound")) throw error;
    await ensureNetwork(connection, owner.cluster, network);
    await startById(connection, id);
  }
}
