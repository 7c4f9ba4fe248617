import { booleanFlag } from "../../flags/flag.ts";
import { kubectlCommand, usageError } from "../../kubectl-command.ts";
import { addressOptions, findServices, printServices } from "../../service/service-command.ts";

export const serviceListCommand = kubectlCommand({
  usage: "",
  examples: `  kube service list`,
  flags: { "all-namespaces": booleanFlag("those of all namespaces, also without this flag", { short: "A" }) },
  async run(invocation) {
    const { args, flags, session, context } = invocation;
    if (args.length > 0) throw usageError(invocation, `unexpected arguments: [${args.join(" ")}]`);
    const { namespace, isNamespaceExplicit } = await session.target();
    const isOne = isNamespaceExplicit && !flags["all-namespaces"];
    const found = await findServices(session, isOne ? namespace : undefined);
    printServices((text) => void context.stdout.write(text), found, await addressOptions(session));
  },
});
