import { subcommandsOnly } from "../../kubectl-command.ts";

export const kubercCommand = subcommandsOnly({
  usage: "SUBCOMMAND",
  examples: `  kube kuberc view                                                     the preferences of this user
  kube kuberc set --section defaults --command get --option output=wide
  kube kuberc set --section aliases --name getn --command get --prependarg nodes`,
  subcommands: [
    {
      name: "view",
      summary: "Display the current kuberc configuration",
      load: async () => (await import("../../kuberc/view-command.ts")).kubercViewCommand,
    },
    {
      name: "set",
      summary: "Set values in the kuberc configuration",
      load: async () => (await import("../../kuberc/set-command.ts")).kubercSetCommand,
    },
  ],
});
