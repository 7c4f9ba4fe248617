import { clusterNames, dataDirectory, kubeHome } from "../../../cluster/config/data-directory.ts";
import { type ClusterStatus, clusterStatus } from "../../../cluster/process/cluster-status.ts";
import { chosenCluster, outputOption } from "../../cluster-options.ts";
import type { CliCommand } from "../../command.ts";

export const listCommand: CliCommand = {
  configure(command, context) {
    command.addHelpText("after", "\nExamples:\n  kube list\n  kube list -o json                for programs");
    command.addOption(outputOption()).action(async ({ output }: { output?: "json" }) => {
      const home = kubeHome(context.env);
      const names = await clusterNames(home);
      const found = await Promise.allSettled(names.map(async (name) => await clusterStatus(dataDirectory(name, home))));
      const all = found.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      context.stdout.write(
        output === "json"
          ? `${JSON.stringify(all, undefined, 2)}\n`
          : clusterTable(all, await chosenCluster({}, context)),
      );
      // One damaged cluster must not hide the others.
      const failures = found.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
      if (failures.length > 0) throw new AggregateError(failures);
    });
  },
};

export function clusterTable(clusters: readonly ClusterStatus[], chosen: string): string {
  if (clusters.length === 0) return `No clusters; "kube start" makes one\n`;
  const rows = clusters.map(({ name, state, apiServer, nodes, context }) => [
    name,
    state,
    apiServer ?? "-",
    String(nodes),
    context,
    name === chosen ? "*" : "",
  ]);
  const table = [["NAME", "STATE", "API SERVER", "NODES", "CONTEXT", "CHOSEN"], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("   ")
          .trimEnd()}\n`,
    )
    .join("");
}
