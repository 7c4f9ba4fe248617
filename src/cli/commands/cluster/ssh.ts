import { UserError } from "../../../lib/user-error.ts";
import { addClusterName, type ClusterNameOptions } from "../../cluster-options.ts";
import { type CliCommand, ExitError } from "../../command.ts";
import { settingsOfCluster } from "../../owner/existing-cluster.ts";

interface SshOptions extends ClusterNameOptions {
  readonly node?: string | undefined;
}

export const sshCommand: CliCommand = {
  configure(command, context) {
    addClusterName(command)
      .option("-n, --node <node>", "which node: all of them are this machine")
      .argument("[command...]", "what to run there instead of a shell")
      .passThroughOptions()
      .addHelpText(
        "after",
        `
The nodes of a cluster of kube are this machine: its files are theirs, addresses of pods and Services answer here, and "docker ps" shows the
containers. So this is a shell of your own, or runs a command as you.

Examples:
  kube ssh -- curl -s http://10.96.0.1:443
  kube ssh 'docker ps | grep web'`,
      )
      .action(async (words: string[], options: SshOptions) => {
        const { name, nodes } = await settingsOfCluster(options, context);
        const node = options.node ?? nodes[0]?.name ?? name;
        if (!nodes.some((each) => each.name === node))
          throw new UserError(`Cluster "${name}" has no node "${node}"`, {
            hint: "kube node list shows what there is",
          });
        if (context.stderr.isTTY === true)
          context.stderr.write(`Node "${node}" is this machine: this is a shell of your own\n`);
        const shell = context.env["SHELL"] || "/bin/sh";
        const child = Bun.spawn(words.length === 0 ? [shell] : ["/bin/sh", "-c", words.join(" ")], {
          cwd: context.cwd,
          env: { ...context.env },
          stdio: ["inherit", "inherit", "inherit"],
        });
        const exitCode = await child.exited;
        if (exitCode !== 0) throw new ExitError(exitCode);
      });
  },
};
