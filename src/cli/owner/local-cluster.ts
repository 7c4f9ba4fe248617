import { type ClusterConfig, readConfig } from "../../cluster/config/config.ts";
import { clusterNames, dataDirectory, kubeHome } from "../../cluster/config/data-directory.ts";
import type { CliContext } from "../context.ts";

/** Whether a server's address is one of this machine. */
export function isThisMachine(server: string): boolean {
  const { hostname } = new URL(server);
  return hostname === "127.0.0.1" || hostname === "localhost";
}

/** The settings of the cluster of this machine that a server's address is of; undefined when it is none of those. */
export async function localClusterAt(server: string, env: CliContext["env"]): Promise<ClusterConfig | undefined> {
  const home = kubeHome(env);
  const { port } = new URL(server);
  for (const name of isThisMachine(server) ? await clusterNames(home) : []) {
    // A cluster that cannot be read is not the one that is asked.
    const config = await readConfig(dataDirectory(name, home)).catch(() => undefined);
    if (config && String(config.port) === port) return config;
  }
  return undefined;
}
