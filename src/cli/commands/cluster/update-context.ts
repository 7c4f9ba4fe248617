import { adminKubeconfigEntry } from "../../../cluster/access/admin-access.ts";
import { kubeconfigPath, mergeKubeconfig } from "../../../cluster/access/kubeconfig.ts";
import { dataDirectory, kubeHome } from "../../../cluster/config/data-directory.ts";
import { addClusterName, chosenCluster, type ClusterNameOptions } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";

export const updateContextCommand: CliCommand = {
  configure(command, context) {
    addClusterName(command)
      .addHelpText(
        "after",
        "\nExamples:\n  kube update-context              when the kubeconfig was lost, or names an old port",
      )
      .action(async (options: ClusterNameOptions) => {
        const name = await chosenCluster(options, context);
        const entry = await adminKubeconfigEntry(dataDirectory(name, kubeHome(context.env)));
        const path = await kubeconfigPath(context.env);
        await mergeKubeconfig(path, entry, context.clock);
        context.stdout.write(
          `Context "${entry.context}" in ${path} points to ${entry.server}, and is the current one\n`,
        );
      });
  },
};
