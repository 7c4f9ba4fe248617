import { kubectlCommand, usageError } from "../../kubectl-command.ts";
import { addressOptions, findServices, printServices } from "../../service/service-command.ts";

export const tunnelCommand = kubectlCommand({
  usage: "",
  examples: `  kube tunnel`,
  flags: {},
  async run(invocation) {
    const { args, session, context } = invocation;
    if (args.length > 0) throw usageError(invocation, `unexpected arguments: [${args.join(" ")}]`);
    const options = await addressOptions(session);
    const found = (await findServices(session, undefined)).filter(({ spec }) => spec?.type === "LoadBalancer");
    if (found.length === 0) {
      context.stdout.write("No tunnel is needed, and there is no Service of type LoadBalancer to reach.\n");
      return;
    }
    context.stdout.write("No tunnel is needed. These answer on this machine already:\n");
    printServices((text) => void context.stdout.write(text), found, options);
  },
});
