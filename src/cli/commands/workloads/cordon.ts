import { markFlags, markNodes } from "../../cordon/mark-nodes.ts";
import { kubectlCommand } from "../../kubectl-command.ts";

export const cordonCommand = kubectlCommand({
  usage: "NODE",
  flags: markFlags,
  examples: `  kube cordon node-1
  kube cordon -l pool=old`,
  run: async (invocation) => await markNodes(invocation, "cordon"),
});
