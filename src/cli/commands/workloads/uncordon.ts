import { markFlags, markNodes } from "../../cordon/mark-nodes.ts";
import { kubectlCommand } from "../../kubectl-command.ts";

export const uncordonCommand = kubectlCommand({
  usage: "NODE",
  flags: markFlags,
  examples: `  kube uncordon node-1`,
  run: async (invocation) => await markNodes(invocation, "uncordon"),
});
