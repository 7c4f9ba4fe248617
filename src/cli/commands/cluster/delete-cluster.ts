import { kubeconfigPath } from "../../../cluster/access/kubeconfig.ts";
import { clusterNames, dataDirectory, exists, kubeHome } from "../../../cluster/config/data-directory.ts";
import { type ClusterRemoval, removeClusterCompletely } from "../../../cluster/process/remove-cluster.ts";
import type { CliContext } from "../../context.ts";
import { noSuchCluster } from "../../owner/existing-cluster.ts";
import { writeDefaults, writtenDefaults } from "../../start/defaults.ts";

export interface DeleteClusterOptions {
  readonly name: string;
  readonly all?: boolean;
  readonly purge?: boolean;
}

/** `kube delete` without a resource: the cluster itself. With one it is kubectl's delete; see delete.ts. */
export async function deleteCluster(options: DeleteClusterOptions, context: CliContext): Promise<void> {
  const home = kubeHome(context.env);
  const names = options.all ? await clusterNames(home) : [options.name];
  for (const name of names) {
    const directory = dataDirectory(name, home);
    if (!(await exists(directory))) throw noSuchCluster(name);
    const removal = await removeClusterCompletely(directory, {
      kubeconfig: await kubeconfigPath(context.env),
      purge: options.purge === true,
      clock: context.clock,
    });
    await forgetChoice(name, context);
    context.stdout.write(`${removalText(name, removal)}\n`);
  }
}

/** Commands must not go on to be about a cluster that is gone. */
async function forgetChoice(name: string, { env }: CliContext): Promise<void> {
  const { name: chosen, ...others } = await writtenDefaults(env);
  if (chosen === name) await writeDefaults(env, others);
}

function removalText(name: string, { keptVolumes, keptNetworks }: ClusterRemoval): string {
  const volumes = keptVolumes === undefined ? "" : `; its volumes are kept in ${keptVolumes}`;
  const networks = keptNetworks.map(
    (network) =>
      `\nDocker says that its network "${network}" is in use. Restart Docker, then: docker network rm ${network}`,
  );
  return `Cluster "${name}" is deleted${volumes}${networks.join("")}`;
}
