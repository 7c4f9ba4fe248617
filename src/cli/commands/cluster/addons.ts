import type { Command } from "commander";

import { type AddonName, ADDONS, isAddon } from "../../../cluster/config/addon-switches.ts";
import { UserError } from "../../../lib/user-error.ts";
import { addClusterName, chosenCluster, type ClusterNameOptions, outputOption } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { settingsOfCluster } from "../../owner/existing-cluster.ts";
import { ownedCluster } from "../../owner/owner-connection.ts";
import { TabWriter } from "../../printers/tab-writer.ts";
import { subcommand } from "../../subcommand.ts";

export const addonsCommand: CliCommand = {
  configure(command, context) {
    command
      .helpCommand(false)
      .addHelpText(
        "after",
        "\nExamples:\n  kube addons list\n  kube addons enable registry\n  kube addons disable ingress     at once, and at every start from now on",
      );
    add(command, "list", "List what is built in and can be switched", "kube addons list -o json")
      .addOption(outputOption())
      .action(async (options: ClusterNameOptions & { output?: "json" }) => await list(options, context));
    add(command, "enable", "Switch one on", "kube addons enable registry")
      .argument("<addon>")
      .action(async (addon: string, options: ClusterNameOptions) => await switchAddon(addon, true, options, context));
    add(command, "disable", "Switch one off", "kube addons disable metrics")
      .argument("<addon>")
      .action(async (addon: string, options: ClusterNameOptions) => await switchAddon(addon, false, options, context));
  },
};

const add = (command: Command, name: string, summary: string, example: string): Command =>
  addClusterName(subcommand(command, name, summary, example));

async function list({ output, ...options }: ClusterNameOptions & { output?: "json" }, context: CliContext) {
  const { addons } = await settingsOfCluster(options, context);
  if (output === "json") {
    context.stdout.write(`${JSON.stringify(addons, undefined, 2)}\n`);
    return;
  }
  const table = new TabWriter((text) => context.stdout.write(text));
  table.write("ADDON\tSTATUS\tWHAT IT IS\n");
  for (const addon of ADDONS)
    table.write(`${addon.name}\t${addons[addon.name] ? "enabled" : "disabled"}\t${addon.about}\n`);
  table.flush();
}

async function switchAddon(addon: string, isOn: boolean, options: ClusterNameOptions, context: CliContext) {
  const name: AddonName | undefined = isAddon(addon) ? addon : undefined;
  if (name === undefined) {
    throw new UserError(`There is no addon "${addon}"`, {
      hint: `There are ${ADDONS.map((each) => each.name).join(", ")}`,
    });
  }
  using owned = await ownedCluster(await chosenCluster(options, context), context);
  await owned.send("PATCH", "/settings", { addons: [`${name}=${isOn}`] });
  context.stdout.write(`Addon "${name}" is ${isOn ? "enabled" : "disabled"}\n`);
}
