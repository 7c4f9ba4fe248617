import type { Command } from "commander";

/** A command of one that is not kubectl's. How it ends, and where it writes, is as its parent has it. */
export function subcommand(command: Command, name: string, summary: string, example?: string): Command {
  const added = command.command(name).summary(summary).description(summary);
  return example === undefined ? added : added.addHelpText("after", `\nExamples:\n  ${example}`);
}
