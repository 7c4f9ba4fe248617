import { homedir } from "node:os";
import { join } from "node:path";

import { BackgroundTasks } from "../../../lib/background.ts";
import type { Logger } from "../../../lib/logger.ts";
import { mapConcurrently } from "../../../lib/map-concurrently.ts";
import { Semaphore } from "../../../lib/semaphore.ts";
import type { Clock } from "../../../lib/time/clock.ts";
import type { ContainerRuntime, RuntimeState } from "../runtime.ts";
import { attach } from "./attach.ts";
import { checkEngine, DockerConnection } from "./connection.ts";
import { createContainer, inspectContainer, removeById, startById, stopContainer, updateLimits } from "./containers.ts";
import { diskUsage } from "./disk-usage.ts";
import { dockerEndpoint } from "./endpoint.ts";
import { engineFacts, parallelStarts, type Engine } from "./engine.ts";
import { watchEvents } from "./events.ts";
import { exec } from "./exec.ts";
import { extractImage } from "./extract-image.ts";
import { inspectImage, listImages, pullImage } from "./images.ts";
import { LABEL, labelFilter, type Owner } from "./labels.ts";
import { containerLogs } from "./logs.ts";
import { networkNamespaces } from "./network-namespace.ts";
import { ensureNetwork, type ClusterNetwork } from "./network.ts";
import { ensurePauseImage } from "./pause-image.ts";
import { portForward } from "./port-forward.ts";
import { sandboxRecord } from "./records.ts";
import { removeSandbox, runSandbox } from "./sandboxes.ts";
import { containerStats } from "./stats.ts";

export interface DockerRuntimeOptions extends Owner {
  readonly network: ClusterNetwork;
  /** Holds `seccomp/`, where localhost profiles are looked up. */
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const PARALLEL_INSPECTIONS = 16;

/** Finds the engine, and makes the cluster's network when it is missing: this host has an address in it. */
export async function openClusterNetwork(cluster: string, network: ClusterNetwork, clock: Clock): Promise<void> {
  using connection = await connectDocker(clock);
  await ensureNetwork(connection, cluster, network);
}

/** Makes what a node needs of the engine: the cluster's network and the sandbox image. */
export async function openDockerRuntime(options: DockerRuntimeOptions): Promise<ContainerRuntime> {
  const connection = await connectDocker(options.clock);
  try {
    const { cluster, node, network, dataDirectory, log } = options;
    const facts = await engineFacts(connection);
    await Promise.all([
      ensureNetwork(connection, cluster, network),
      ensurePauseImage(connection, facts.version.architecture),
    ]);
    const seccompDirectory = join(dataDirectory, "seccomp");
    const starts = new Semaphore(parallelStarts(facts));
    return dockerRuntime({ connection, owner: { cluster, node }, network, seccompDirectory, facts, starts }, log);
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

/** A connection to the engine that the user's `docker` command would use; fails with what to do when there is none. */
export async function connectDocker(clock: Clock): Promise<DockerConnection> {
  const endpoint = await dockerEndpoint({ home: homedir(), env: process.env });
  const connection = new DockerConnection(endpoint, clock);
  await checkEngine(connection, endpoint);
  return connection;
}

function dockerRuntime(engine: Engine, log: Logger): ContainerRuntime {
  const { connection, owner, facts } = engine;
  const namespaces = networkNamespaces();
  const background = new BackgroundTasks(log);
  return {
    name: "docker",
    version: () => Promise.resolve(facts.version),
    list: () => listState(connection, owner),
    inspectContainer: (id) => inspectContainer(connection, id),
    runSandbox: (spec) => runSandbox(engine, spec),
    removeSandbox: (id) => removeSandbox(connection, owner, id),
    createContainer: (spec) => createContainer(engine, spec),
    startContainer: (id) => engine.starts.runFirst(() => startById(connection, id)),
    stopContainer: (id, stop) => stopContainer(connection, id, stop),
    removeContainer: (id) => removeById(connection, id),
    updateLimits: (id, limits) => updateLimits(connection, id, limits),
    inspectImage: (reference) => inspectImage(connection, reference),
    listImages: () => listImages(connection),
    pullImage: (reference, credentials, signal) => pullImage(connection, reference, credentials, signal),
    extractImage: (id, directory) => extractImage(connection, owner, id, directory),
    watch(listener, signal) {
      background.run("Docker's event stream", async (stopped) => {
        await watchEvents(connection, owner, listener, { signal: AbortSignal.any([signal, stopped]), log });
      });
    },
    logs: (id, logOptions, signal) => containerLogs(connection, id, logOptions, signal),
    exec: (id, execOptions) => exec(connection, id, execOptions, log),
    attach: (id, attachOptions, signal) => attach(connection, id, attachOptions, signal),
    portForward: (podUid, port, signal) => portForward(engine, namespaces, { podUid, port, signal, log }),
    diskUsage: (id) => diskUsage(connection, id),
    stats: () => containerStats(connection, owner),
    async [Symbol.asyncDispose]() {
      await background.stop();
      connection[Symbol.dispose]();
    },
  };
}

/** One list, then each container's details: the list has no start and end times. */
async function listState(connection: DockerConnection, owner: Owner): Promise<RuntimeState> {
  const listed = await connection.call("Listing containers", (abortSignal) =>
    connection.docker.listContainers({ all: true, filters: { label: labelFilter(owner) }, abortSignal }),
  );
  const sandboxes = listed.filter(({ Labels }) => isSandbox(Labels)).map(sandboxRecord);
  const others = listed.filter(({ Labels }) => !isSandbox(Labels));
  const containers = await mapConcurrently(others, PARALLEL_INSPECTIONS, ({ Id }) => inspectContainer(connection, Id));
  return {
    sandboxes: sandboxes.filter((record) => record !== undefined),
    containers: containers.filter((record) => record !== undefined),
  };
}

const isSandbox = (labels: Readonly<Record<string, string>>): boolean => labels[LABEL.type] === "sandbox";
