import type { CliCommand } from "../../command.ts";

/** Only its help: what follows the word `kubectl` is run as a line of its own; see program.ts. */
export const kubectlCommand: CliCommand = {
  configure(command) {
    command
      .usage("-- <command line of kubectl>")
      .addHelpText(
        "after",
        "\nExamples:\n  kube kubectl -- get pods -A      the same as kube get pods -A\n  alias kubectl='kube kubectl --'",
      );
  },
};
