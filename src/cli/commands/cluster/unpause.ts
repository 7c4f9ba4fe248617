import { addClusterName, chosenCluster, type ClusterNameOptions } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import { ownedCluster } from "../../owner/owner-connection.ts";

export const unpauseCommand: CliCommand = {
  configure(command, context) {
    addClusterName(command)
      .option("-A, --all-namespaces", "as always: pods of all namespaces go on")
      .addHelpText("after", "\nExamples:\n  kube unpause\n  kube unpause --name two")
      .action(async (options: ClusterNameOptions) => {
        const name = await chosenCluster(options, context);
        using owned = await ownedCluster(name, context);
        await owned.send("POST", "/unpause");
        context.stdout.write(`Cluster "${name}" goes on\n`);
      });
  },
};
