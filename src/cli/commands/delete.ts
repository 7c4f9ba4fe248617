import { clusterNameOption } from "../cluster-options.ts";
import type { CliCommand } from "../command.ts";
import { deleteCluster, type DeleteClusterOptions } from "./delete-cluster.ts";

export const deleteCommand: CliCommand = {
  configure(command, context) {
    command
      .addOption(clusterNameOption())
      .option("--all", "every cluster")
      .option("--purge", "persistent volumes too")
      .action(async (options: DeleteClusterOptions) => await deleteCluster(options, context));
  },
};
