import { addClusterName, chosenCluster, type ClusterNameOptions } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import { ownedCluster } from "../../owner/owner-connection.ts";

export const pauseCommand: CliCommand = {
  configure(command, context) {
    addClusterName(command)
      .option("-A, --all-namespaces", "as always: pods of all namespaces are frozen")
      .addHelpText(
        "after",
        `
The API still answers, and what is in it can be read and changed; nothing comes of it before the cluster goes on.

Examples:
  kube pause                       memory stays in use, processors do not
  kube unpause                     or kube start: containers go on where they were`,
      )
      .action(async (options: ClusterNameOptions) => {
        const name = await chosenCluster(options, context);
        using owned = await ownedCluster(name, context);
        await owned.send("POST", "/pause");
        context.stdout.write(`Cluster "${name}" is paused\n`);
      });
  },
};
