import { stringFlag } from "../../flags/flag.ts";
import { kubectlCommand, usageError } from "../../kubectl-command.ts";
import { nodeIp } from "../../service/service-command.ts";

export const ipCommand = kubectlCommand({
  usage: "",
  examples: `  kube ip
  curl http://$(kube ip):30080              a node port`,
  flags: { node: stringFlag("of this node instead of the first one") },
  async run(invocation) {
    const { args, flags, session, context } = invocation;
    if (args.length > 0) throw usageError(invocation, `unexpected arguments: [${args.join(" ")}]`);
    context.stdout.write(`${await nodeIp(session, flags.node || undefined)}\n`);
  },
});
