import { Command, CommanderError } from "commander";

import { kubeVersion } from "../lib/version.ts";
import { COMMAND_GROUPS, type CommandEntry, ExitError } from "./command.ts";
import { commands } from "./commands.ts";
import type { CliContext } from "./context.ts";
import { showError } from "./error-message.ts";

/** Runs one command line and returns the exit code. Only the command that was asked for is loaded. */
export async function runCommandLine(args: readonly string[], context: CliContext): Promise<number> {
  try {
    const program = await programFor(args, context);
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof ExitError) return error.exitCode;
    // Commander has printed what it has to say; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    return showError(error, context);
  }
}

async function programFor(args: readonly string[], context: CliContext): Promise<Command> {
  const program = configured(new Command("kube"), context)
    .description("Kubernetes in one file: a local cluster, its command line and its dashboard")
    .usage("<command> [options]")
    .version(kubeVersion, "--version", "print the version of kube")
    .helpCommand(true)
    .showHelpAfterError(false)
    .enablePositionalOptions();
  program.helpOption("-h, --help", "show help");
  const wanted = args.find((arg) => !arg.startsWith("-"));
  const asked = wanted === "help" ? args.filter((arg) => !arg.startsWith("-"))[1] : wanted;
  for (const group of COMMAND_GROUPS) {
    program.commandsGroup(`${group}:`);
    for (const entry of commands.filter((each) => each.group === group))
      await addCommand(program, entry, asked, context);
  }
  return program;
}

async function addCommand(
  program: Command,
  entry: CommandEntry,
  asked: string | undefined,
  context: CliContext,
): Promise<void> {
  const command = configured(program.command(entry.name), context).summary(entry.summary).description(entry.summary);
  for (const alias of entry.aliases ?? []) command.alias(alias);
  if (asked !== entry.name && !entry.aliases?.includes(asked ?? "")) return;
  const definition = await entry.load();
  definition.configure(command, context);
}

/** Throws instead of ending the process, and writes where the context says. */
function configured(command: Command, context: CliContext): Command {
  return command.exitOverride().configureOutput({
    writeOut: (text) => context.stdout.write(text),
    writeErr: (text) => context.stderr.write(text),
    getOutHelpWidth: () => context.stdout.columns ?? 100,
    getErrHelpWidth: () => context.stderr.columns ?? 100,
  });
}
