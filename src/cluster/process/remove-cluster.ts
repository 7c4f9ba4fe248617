import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import { removeCluster } from "../../node/runtime/docker/remove-cluster.ts";
import { removeUnmounted } from "../../node/volumes/mount-points.ts";
import { contextName, removeFromKubeconfig } from "../access/kubeconfig.ts";
import { readConfig } from "../config/config.ts";
import type { DataDirectory } from "../config/data-directory.ts";
import { stopServer } from "./launcher.ts";
import { tryLock } from "./lock.ts";

export interface ClusterRemoval {
  /** Where persistent volumes were left. */
  readonly keptVolumes: string | undefined;
  /** Docker networks that Docker does not let go. */
  readonly keptNetworks: readonly string[];
}

/**
 * Removes what a first start left behind that did not come to its end: the settings it chose must not bind the next one. Docker may be the
 * reason why it failed, and then has nothing of it.
 */
export async function discardCluster(directory: DataDirectory, clock: Clock): Promise<void> {
  using lock = tryLock(directory.lock);
  if (!lock) return;
  const config = await readConfig(directory).catch(() => undefined);
  if (config?.runtime === "docker") await removeCluster(directory.cluster, clock).catch(() => undefined);
  await removeUnmounted(directory.root);
}

/** Stops a cluster and removes its containers, its network, its context and its state. Volumes with something in them stay unless `purge`. */
export async function removeClusterCompletely(
  directory: DataDirectory,
  options: { readonly kubeconfig: string; readonly purge: boolean; readonly clock: Clock },
): Promise<ClusterRemoval> {
  await stopServer(directory, options.clock);
  using lock = tryLock(directory.lock);
  if (!lock) throw new UserError(`Cluster "${directory.cluster}" is being started by someone else`);
  // A damaged configuration must not keep the cluster from being deleted; containers are then looked for all the same.
  const config = await readConfig(directory).catch(() => undefined);
  const isOnDocker = config?.runtime !== "fake";
  const { keptNetworks } = isOnDocker ? await removeCluster(directory.cluster, options.clock) : { keptNetworks: [] };
  await removeFromKubeconfig(options.kubeconfig, contextName(directory.cluster), options.clock);
  if (options.purge || !(await hasVolumes(directory))) {
    await removeUnmounted(directory.root);
    return { keptVolumes: undefined, keptNetworks };
  }
  for (const name of await readdir(directory.root)) {
    if (join(directory.root, name) !== directory.volumes) await removeUnmounted(join(directory.root, name));
  }
  return { keptVolumes: directory.volumes, keptNetworks };
}

/** Only a folder that was seen empty, or not there, holds nothing worth keeping. */
async function hasVolumes({ volumes }: DataDirectory): Promise<boolean> {
  const entries = await readdir(volumes).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new UserError(`Cannot see whether ${volumes} holds volumes: ${cause.message}`, { cause });
  });
  return entries.length > 0;
}
