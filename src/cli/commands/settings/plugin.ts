import { subcommandsOnly } from "../../kubectl-command.ts";

export const pluginCommand = subcommandsOnly({
  usage: "[flags]",
  examples: `  kube plugin list
  kube hello                                 runs kubectl-hello, if that is on the PATH`,
  subcommands: [
    {
      name: "list",
      summary: "List all visible plugin executables on a user's PATH",
      load: async () => (await import("../../plugins/plugin-list.ts")).pluginListCommand,
    },
  ],
});
