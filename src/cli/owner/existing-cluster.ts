import { type ClusterConfig, readConfig } from "../../cluster/config/config.ts";
import { type DataDirectory, dataDirectory, exists, kubeHome } from "../../cluster/config/data-directory.ts";
import { UserError } from "../../lib/user-error.ts";
import { chosenCluster, type ClusterNameOptions } from "../cluster-options.ts";
import type { CliContext } from "../context.ts";

export const noSuchCluster = (name: string): UserError =>
  new UserError(`There is no cluster "${name}"`, { hint: "kube list shows what there is" });

/** Where the cluster is that a command is about; a UserError when there is none. */
export async function existingCluster(options: ClusterNameOptions, context: CliContext): Promise<DataDirectory> {
  const name = await chosenCluster(options, context);
  const directory = dataDirectory(name, kubeHome(context.env));
  if (!(await exists(directory))) throw noSuchCluster(name);
  return directory;
}

/** The settings of the cluster that a command is about; a UserError when there is none. */
export async function settingsOfCluster(options: ClusterNameOptions, context: CliContext): Promise<ClusterConfig> {
  const name = await chosenCluster(options, context);
  const config = await readConfig(dataDirectory(name, kubeHome(context.env)));
  if (!config) throw noSuchCluster(name);
  return config;
}
