import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import { kubeVersion } from "../../lib/version.ts";
import { apiServerUrl } from "../access/admin-access.ts";
import { startCluster } from "../cluster.ts";
import type { ClusterConfig } from "../config/config.ts";
import type { DataDirectory } from "../config/data-directory.ts";
import { ALREADY_RUNNING_EXIT_CODE, READY_STEP } from "./launcher.ts";
import { tryLock } from "./lock.ts";
import { removeServerRecord, type ServerRecord, writeServerRecord } from "./server-record.ts";
import type { StepListener } from "./steps.ts";

export interface ServerOptions {
  readonly directory: DataDirectory;
  readonly config: ClusterConfig;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborts to stop. */
  readonly signal: AbortSignal;
  readonly onStep: StepListener;
}

/** Runs a cluster until the signal aborts, alone on its data directory. Returns the exit code; a failed start has been told as a step. */
export async function runServer(options: ServerOptions): Promise<number> {
  const { directory, config, log, signal, onStep } = options;
  using lock = tryLock(directory.lock);
  if (!lock) throw alreadyRunning(directory);
  const begin = performance.now();
  const record = {
    pid: process.pid,
    version: kubeVersion,
    startedAt: new Date(options.clock.now()).toISOString(),
    apiServer: apiServerUrl(config.port),
  };
  await writeServerRecord(directory, { ...record, state: "starting" });
  try {
    log.info(`kube ${kubeVersion} starts cluster ${directory.cluster}`, {
      pid: process.pid,
      dataDirectory: directory.root,
    });
    let proxyMode: ServerRecord["proxyMode"];
    await using cluster = await startCluster({
      ...options,
      onPaused: async (isPaused) => {
        log.info(isPaused ? "Paused" : "Unpaused");
        await writeServerRecord(directory, { ...record, state: isPaused ? "paused" : "running", proxyMode });
      },
    });
    ({ proxyMode } = cluster);
    await writeServerRecord(directory, { ...record, state: "running", proxyMode });
    // Who asked to stop meanwhile must not be told that the cluster is there.
    if (!signal.aborted) onStep({ step: READY_STEP, state: "done", ms: Math.round(performance.now() - begin) });
    log.info(`Cluster ${directory.cluster} is ready at ${cluster.apiServer}`);
    await aborted(signal);
    log.info("Stopping");
    await writeServerRecord(directory, { ...record, state: "stopping" });
  } catch (error) {
    log.error(`The server ends: ${errorText(error)}`, { error: error instanceof Error ? error.stack : error });
    if (error instanceof UserError) throw error;
    throw new UserError(`Cluster "${directory.cluster}" could not run: ${errorText(error)}`, {
      hint: `See ${directory.log}`,
      cause: error,
    });
  } finally {
    await removeServerRecord(directory);
  }
  log.info("Stopped");
  return 0;
}

/** Of two servers for one data directory the second ends with this. */
export function alreadyRunning({ cluster }: DataDirectory): UserError {
  return new UserError(`Cluster "${cluster}" is already running`, {
    hint: `kube status --name ${cluster} shows it`,
    exitCode: ALREADY_RUNNING_EXIT_CODE,
  });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
