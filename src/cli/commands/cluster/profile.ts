import { adminKubeconfigEntry } from "../../../cluster/access/admin-access.ts";
import { kubeconfigPath, mergeKubeconfig } from "../../../cluster/access/kubeconfig.ts";
import { dataDirectory, exists, kubeHome } from "../../../cluster/config/data-directory.ts";
import { UserError } from "../../../lib/user-error.ts";
import { chosenCluster } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { writeDefaults, writtenDefaults } from "../../start/defaults.ts";
import { listCommand } from "./list.ts";

export const profileCommand: CliCommand = {
  configure(command, context) {
    command.helpCommand(false);
    command
      .argument("[name]", "the cluster that commands are about from now on")
      .option("--keep-context", "leave the current context of the kubeconfig as it is")
      .addHelpText(
        "after",
        `
KUBE_CLUSTER and --name go before what is chosen here.

Examples:
  kube profile                     which cluster it is now
  kube profile two                 from now on it is this one, for kubectl too
  kube profile list`,
      )
      .action(async (name: string | undefined, options: { keepContext?: boolean }) => {
        if (name === undefined) context.stdout.write(`${await chosenCluster({}, context)}\n`);
        else await choose(name, options, context);
      });
    const list = command.command("list").summary("List the clusters of this machine");
    listCommand.configure(list, context);
  },
};

async function choose(name: string, { keepContext }: { readonly keepContext?: boolean }, context: CliContext) {
  const directory = dataDirectory(name, kubeHome(context.env));
  if (!(await exists(directory))) {
    throw new UserError(`There is no cluster "${name}"`, {
      hint: `kube list shows what there is, and "kube start --name ${name}" makes it`,
    });
  }
  await writeDefaults(context.env, { ...(await writtenDefaults(context.env)), name });
  if (!keepContext) {
    await mergeKubeconfig(await kubeconfigPath(context.env), await adminKubeconfigEntry(directory), context.clock);
  }
  context.stdout.write(`Commands are about cluster "${name}" from now on\n`);
}
