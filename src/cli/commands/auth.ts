import { type SubcommandEntry, kubectlCommand, usageError } from "../kubectl-command.ts";

const subcommands: readonly SubcommandEntry[] = [
  {
    name: "can-i",
    summary: "Check whether an action is allowed",
    load: async () => (await import("./auth-can-i.ts")).authCanICommand,
  },
];

export const authCommand = kubectlCommand({
  usage: "SUBCOMMAND",
  flags: {},
  subcommands,
  examples: `  kube auth can-i create pods`,
  run: (invocation) =>
    Promise.reject(usageError(invocation, `give one of: ${subcommands.map(({ name }) => name).join(", ")}`)),
});
