import { stopServer } from "../../../cluster/process/launcher.ts";
import { addClusterName, type ClusterNameOptions } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import { existingCluster } from "../../owner/existing-cluster.ts";

export const stopCommand: CliCommand = {
  configure(command, context) {
    command.addHelpText(
      "after",
      "\nExamples:\n  kube stop                        what it keeps, kube start brings back\n  kube stop --name two",
    );
    addClusterName(command).action(async (options: ClusterNameOptions) => {
      const directory = await existingCluster(options, context);
      const wasRunning = await stopServer(directory, context.clock);
      context.stdout.write(
        wasRunning
          ? `Cluster "${directory.cluster}" is stopped; its state is kept\n`
          : `Cluster "${directory.cluster}" is not running\n`,
      );
    });
  },
};
