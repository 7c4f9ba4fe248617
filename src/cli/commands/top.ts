import { kubectlCommand, usageError } from "../kubectl-command.ts";

export const topCommand = kubectlCommand({
  usage: "SUBCOMMAND",
  flags: {},
  subcommands: [
    {
      name: "node",
      aliases: ["nodes", "no"],
      summary: "Display resource (CPU/memory) usage of nodes",
      load: async () => (await import("../top/top-nodes.ts")).topNodesCommand,
    },
    {
      name: "pod",
      aliases: ["pods", "po"],
      summary: "Display resource (CPU/memory) usage of pods",
      load: async () => (await import("../top/top-pods.ts")).topPodsCommand,
    },
  ],
  run(invocation) {
    throw usageError(invocation, "give one of: node, pod");
  },
});
