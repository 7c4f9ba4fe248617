import { subcommandsOnly } from "../../kubectl-command.ts";

export const topCommand = subcommandsOnly({
  usage: "SUBCOMMAND",
  examples: `  kube top nodes
  kube top pods --containers --sort-by=cpu`,
  subcommands: [
    {
      name: "node",
      aliases: ["nodes", "no"],
      summary: "Display resource (CPU/memory) usage of nodes",
      load: async () => (await import("../../top/top-nodes.ts")).topNodesCommand,
    },
    {
      name: "pod",
      aliases: ["pods", "po"],
      summary: "Display resource (CPU/memory) usage of pods",
      load: async () => (await import("../../top/top-pods.ts")).topPodsCommand,
    },
  ],
});
