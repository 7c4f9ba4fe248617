import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { ContainerCreateOptions } from "dockerode";

import { isRuntimeError, RuntimeError } from "../runtime-error.ts";
import type { ContainerLimits, ContainerRecord, ContainerSpec } from "../runtime.ts";
import type { DockerConnection } from "./connection.ts";
import { containerOptions, limitOptions } from "./container-options.ts";
import { statusCode } from "./engine-error.ts";
import type { Engine } from "./engine.ts";
import { LABEL } from "./labels.ts";
import { processUser } from "./process-user.ts";
import { containerRecord } from "./records.ts";

/** What the engine may need beyond the grace it was told to give. */
const STOP_MARGIN_MS = 60_000;

export async function createContainer(engine: Engine, spec: ContainerSpec): Promise<string> {
  const profile = await seccompProfile(engine.seccompDirectory, spec);
  return await createNamed(engine.connection, containerOptions(engine, spec, profile));
}

export async function inspectContainer(connection: DockerConnection, id: string): Promise<ContainerRecord | undefined> {
  try {
    const inspected = await connection.call("Inspecting a container", (abortSignal) =>
      connection.docker.getContainer(id).inspect({ abortSignal }),
    );
    const record = containerRecord(inspected);
    if (record?.state.phase !== "running" || record.state.pid === undefined) return record;
    return { ...record, user: await processUser(record.state.pid, id) };
  } catch (error) {
    if (isRuntimeError(error, "NotFound")) return undefined;
    throw error;
  }
}

/**
 * Creates, and replaces a leftover of the same name and owner: one that an earlier process created without learning its id.
 */
export async function createNamed(connection: DockerConnection, options: ContainerCreateOptions): Promise<string> {
  try {
    return await create(connection, options);
  } catch (error) {
    if (statusCode(error) !== 409 || options.name === undefined) throw error;
    if (!(await removeLeftover(connection, options.name, options.Labels?.[LABEL.cluster]))) throw error;
    return await create(connection, options);
  }
}

async function create(connection: DockerConnection, options: ContainerCreateOptions): Promise<string> {
  const container = await connection.call("Creating a container", (abortSignal) =>
    connection.docker.createContainer({ ...options, abortSignal }),
  );
  return container.id;
}

async function removeLeftover(connection: DockerConnection, name: string, cluster?: string): Promise<boolean> {
  const { Id, Config } = await connection.call("Inspecting a container", (abortSignal) =>
    connection.docker.getContainer(name).inspect({ abortSignal }),
  );
  // Newer engines leave out what is empty, as the labels of somebody else's container may be.
  const labels = Config.Labels as Readonly<Record<string, string>> | undefined;
  if (labels?.[LABEL.cluster] !== cluster) return false;
  await removeById(connection, Id);
  return true;
}

export async function startById(connection: DockerConnection, id: string): Promise<void> {
  await connection.call("Starting a container", (abortSignal) =>
    connection.docker.getContainer(id).start({ abortSignal }),
  );
}

export async function stopContainer(
  connection: DockerConnection,
  id: string,
  { graceSeconds, signal }: { readonly graceSeconds: number; readonly signal?: string | undefined },
): Promise<void> {
  const timeoutMs = graceSeconds * 1000 + STOP_MARGIN_MS;
  if (signal === undefined) {
    const stop = (abortSignal: AbortSignal): Promise<unknown> =>
      connection.docker.getContainer(id).stop({ t: graceSeconds, abortSignal });
    await unlessEnded(connection.call("Stopping a container", stop, { timeoutMs }));
    return;
  }
  // The engine's own stop takes another signal only since API 1.42.
  await unlessEnded(kill(connection, id, signal));
  const hasEnded = await endsWithin(connection, id, graceSeconds * 1000);
  if (hasEnded) return;
  await unlessEnded(kill(connection, id, "SIGKILL"));
  await endsWithin(connection, id, STOP_MARGIN_MS);
}

function kill(connection: DockerConnection, id: string, signal: string): Promise<unknown> {
  return connection.call("Signalling a container", (abortSignal) =>
    connection.docker.getContainer(id).kill({ signal, abortSignal }),
  );
}

async function endsWithin(connection: DockerConnection, id: string, timeoutMs: number): Promise<boolean> {
  try {
    const wait = (abortSignal: AbortSignal): Promise<unknown> =>
      connection.docker.getContainer(id).wait({ condition: "not-running", abortSignal });
    await unlessEnded(connection.call("Waiting for a container to end", wait, { timeoutMs }));
    return true;
  } catch (error) {
    if (isRuntimeError(error, "Unavailable")) return false;
    throw error;
  }
}

/** A container that has ended, or is gone, is as stopped as was asked. */
async function unlessEnded(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    const isEnded =
      statusCode(error) === 304 || isRuntimeError(error, "NotFound") || isRuntimeError(error, "NotRunning");
    if (!isEnded) throw error;
  }
}

/** With the anonymous volumes its image asked for. Nothing happens when it is gone. */
export async function removeById(connection: DockerConnection, id: string): Promise<void> {
  const container = connection.docker.getContainer(id);
  try {
    await connection.call("Removing a container", (abortSignal) =>
      container.remove({ force: true, v: true, abortSignal }),
    );
  } catch (error) {
    if (isRuntimeError(error, "NotFound")) return;
    // Somebody else removes it: wait until that is done.
    if (statusCode(error) !== 409) throw error;
    await unlessEnded(
      connection.call("Waiting for a container to go", (abortSignal) =>
        container.wait({ condition: "removed", abortSignal }),
      ),
    );
  }
}

export async function updateLimits(connection: DockerConnection, id: string, limits: ContainerLimits): Promise<void> {
  await connection.call("Updating a container's limits", (abortSignal) =>
    connection.docker.getContainer(id).update({ ...limitOptions(limits), abortSignal }),
  );
}

/** The engine wants the profile's text, and knows nothing of files. */
async function seccompProfile(directory: string, { security, name }: ContainerSpec): Promise<string | undefined> {
  if (typeof security.seccomp === "string") return undefined;
  const path = join(directory, security.seccomp.localhostProfile);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new RuntimeError("Invalid", `Cannot read the seccomp profile of container "${name}" at "${path}"`, cause);
  }
}
