import { dataDirectory, exists, kubeHome } from "../../../cluster/config/data-directory.ts";
import { stopServer } from "../../../cluster/process/launcher.ts";
import { UserError } from "../../../lib/user-error.ts";
import { addClusterName, chosenCluster, type ClusterNameOptions } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";

export const stopCommand: CliCommand = {
  configure(command, context) {
    command.addHelpText(
      "after",
      "\nExamples:\n  kube stop                        what it keeps, kube start brings back\n  kube stop --name two",
    );
    addClusterName(command).action(async (options: ClusterNameOptions) => {
      const name = await chosenCluster(options, context);
      const directory = dataDirectory(name, kubeHome(context.env));
      if (!(await exists(directory)))
        throw new UserError(`There is no cluster "${name}"`, { hint: "kube list shows what there is" });
      const wasRunning = await stopServer(directory, context.clock);
      context.stdout.write(
        wasRunning ? `Cluster "${name}" is stopped; its state is kept\n` : `Cluster "${name}" is not running\n`,
      );
    });
  },
};
