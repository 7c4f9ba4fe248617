import { type Command, Option } from "commander";

import { addClusterName, chosenCluster, type ClusterNameOptions, outputOption } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import { addNodes } from "../../node/add-nodes.ts";
import { deleteNodes } from "../../node/delete-nodes.ts";
import { listNodes } from "../../node/list-nodes.ts";
import { startNode, stopNode } from "../../node/switch-node.ts";
import { numberReader } from "../../start/start-options.ts";
import { subcommand } from "../../subcommand.ts";

const MOST_SIMULATED = 20_000;

export const nodeCommand: CliCommand = {
  configure(command, context) {
    command.helpCommand(false);
    command.addHelpText("after", "\nExamples:\n  kube node list\n  kube node add --count 2\n  kube node stop NAME");
    add(command, "add", "Add nodes to the cluster")
      .addOption(new Option("--count <count>", "how many").argParser(numberReader(1, 250)).default(1))
      .addOption(
        new Option("--simulated <count>", "nodes that only pretend to run pods").argParser(
          numberReader(1, MOST_SIMULATED),
        ),
      )
      .addHelpText("after", SIMULATION_HELP)
      .action(
        async (options: ClusterNameOptions & { count: number; simulated?: number }) =>
          await addNodes({ ...options, name: await chosenCluster(options, context) }, context),
      );
    add(command, "delete", "Move a node's pods away and remove it")
      .argument("[node]", "its name")
      .option("--simulated", "all nodes that only pretend to run pods")
      .action(
        async (node: string | undefined, options: ClusterNameOptions & { simulated?: boolean }) =>
          await deleteNodes(node, { ...options, name: await chosenCluster(options, context) }, context),
      );
    add(command, "stop", "Switch a node off, as if its machine had failed")
      .argument("<node>", "its name")
      .action(
        async (node: string, options: ClusterNameOptions) =>
          await stopNode(node, await chosenCluster(options, context), context),
      );
    add(command, "start", "Switch a stopped node on again")
      .argument("<node>", "its name")
      .action(
        async (node: string, options: ClusterNameOptions) =>
          await startNode(node, await chosenCluster(options, context), context),
      );
    add(command, "list", "List the nodes of the cluster")
      .addOption(outputOption())
      .action(
        async (options: ClusterNameOptions & { output?: "json" }) =>
          await listNodes({ ...options, name: await chosenCluster(options, context) }, context),
      );
  },
};

const SIMULATION_HELP = `
Simulated nodes have the label and the taint kube.local/simulated=true: select the one and tolerate the other to put pods there.
Pods on simulated nodes do what their annotations say:
  kube.local/start-after: 2s      how long they take to start
  kube.local/run-for: 1m          when their containers end; without it they run until they are deleted
  kube.local/exit-code: "1"       how their containers end`;

const add = (command: Command, name: string, summary: string): Command =>
  addClusterName(subcommand(command, name, summary));
