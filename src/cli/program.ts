import { existsSync } from "node:fs";

import { Command, CommanderError } from "commander";

import { UserError } from "../lib/user-error.ts";
import { kubeVersion } from "../lib/version.ts";
import { commandsOf, isNamed } from "./command-list.ts";
import { COMMAND_GROUPS, type CliCommand, type CommandEntry, ExitError } from "./command.ts";
import type { CliContext } from "./context.ts";
import { ListedErrors, showError } from "./error-message.ts";
import { findCommand } from "./find-command.ts";
import { connectionFlags } from "./flags/connection-flags.ts";
import { parseFlags } from "./flags/parse-flags.ts";
import { isKubectlCommand, type KubectlCommand, subcommandsOf } from "./kubectl-command.ts";
import { kubercFile, kubercFlag } from "./kuberc/kuberc-path.ts";
import { isNear } from "./near-words.ts";

/** Runs one command line and returns the exit code. Only the command that was asked for is loaded. */
export async function runCommandLine(given: readonly string[], world: CliContext): Promise<number> {
  if (given[0] === COMPLETE) return await complete(given.slice(1), world);
  if (given[0] === "kubectl" && world.program === "kube" && !["--help", "-h"].includes(given[1] ?? "")) {
    const rest = given[1] === "--" ? given.slice(2) : given.slice(1);
    return await runCommandLine(rest, { ...world, program: "kubectl" });
  }
  try {
    const { args, context } = await preferred(given, world);
    const found = findCommand(args);
    const entry = commandsOf(context).find((each) => found !== undefined && isNamed(each, found.name));
    const command = await entry?.load();
    if (entry && found && command && isKubectlCommand(command)) {
      await runKubectlCommand(
        { command, path: `${context.program} ${entry.name}`, summary: entry.summary },
        found.rest,
        context,
      );
      return 0;
    }
    if (!found) checkRootFlags(args, context);
    if (found && !entry && found.name !== "help") return await runUnknown(args, found.name, context);
    await (await programFor(args, entry, command, context)).parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof ExitError) return error.exitCode;
    // Commander has printed what it has to say; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    return showError(error, world);
  }
}

/** Reads no preferences where there are none: that costs every command. */
async function preferred(args: readonly string[], context: CliContext) {
  try {
    const file = args.length === 0 ? undefined : kubercFile(kubercFlag(args), context);
    if (!file || (!file.isNamed && !existsSync(file.path))) return { args, context };
    const { withPreferences } = await import("./kuberc/apply-kuberc.ts");
    return await withPreferences(args, context, file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new ListedErrors([new UserError(`error occurred while applying preferences ${error.message}`)]);
  }
}

/** Without a command there are the flags for the connection, and two that ask something. */
function checkRootFlags(args: readonly string[], { program }: CliContext): void {
  const rest = args.filter((arg) => arg !== "--version" && arg !== "--help" && arg !== "-h" && arg !== "--");
  try {
    parseFlags(rest, connectionFlags);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(error.message, { hint: `See '${program} --help' for usage.` });
    throw error;
  }
}

/** What the scripts of `completion` call, and those of kubectl too. */
const COMPLETE = "__complete";

/** Whoever presses Tab wants no errors: what cannot be known is not offered. */
async function complete(words: readonly string[], context: CliContext): Promise<number> {
  const { candidatesText, FILES } = await import("./completion/candidates.ts");
  const { completeLine } = await import("./completion/complete-line.ts");
  const found = await completeLine(words, context).catch(() => FILES);
  context.stdout.write(candidatesText(found, words.at(-1) ?? ""));
  return 0;
}

/** What is no command may be a plugin. */
async function runUnknown(args: readonly string[], name: string, context: CliContext): Promise<number> {
  const { runPlugin } = await import("./plugins/run-plugin.ts");
  const exitCode = await runPlugin(args, context);
  if (exitCode === undefined) throw unknownCommand(name, context);
  return exitCode;
}

/** The two forms in which kubectl says it: with what may have been meant, or without. */
function unknownCommand(name: string, context: CliContext): UserError {
  const near = commandsOf(context)
    .map((entry) => entry.name)
    .filter((each) => isNear(name, each));
  const suggestion = near.length === 0 ? "" : `\n\nDid you mean this?\n${near.map((each) => `\t${each}\n`).join("")}`;
  return new UserError(`unknown command ${JSON.stringify(name)} for ${JSON.stringify(context.program)}${suggestion}`);
}

interface NamedCommand {
  readonly command: KubectlCommand;
  readonly path: string;
  readonly summary: string;
}

async function runKubectlCommand(named: NamedCommand, args: readonly string[], context: CliContext): Promise<void> {
  const { command, path } = named;
  const subcommands = subcommandsOf(command.subcommands, context);
  const found = subcommands.length > 0 ? findCommand(args, command.valueFlags) : undefined;
  const entry = subcommands.find((each) => found !== undefined && isNamed(each, found.name));
  const subcommand = await entry?.load();
  if (entry && found && subcommand && isKubectlCommand(subcommand)) {
    const inner = { command: subcommand, path: `${path} ${entry.name}`, summary: entry.summary };
    return await runKubectlCommand(inner, found.rest, context);
  }
  const outcome = await command.execute(args, context, path);
  if (outcome === "done") return;
  showHelp(named, context, outcome === "bare");
  if (outcome === "bare") throw new ExitError(1);
}

function showHelp({ command, path, summary }: NamedCommand, context: CliContext, isError: boolean): void {
  const shown = configured(new Command(path), context).description(summary).helpCommand(false);
  command.configure(shown, context);
  shown.outputHelp({ error: isError });
}

async function programFor(
  args: readonly string[],
  entry: CommandEntry | undefined,
  loaded: CliCommand | undefined,
  context: CliContext,
): Promise<Command> {
  const program = configured(new Command(context.program), context)
    .description("Kubernetes in one file: a local cluster, its command line and its dashboard")
    .usage("<command> [options]")
    .version(kubeVersion, "--version", "print the version of kube")
    .helpCommand(true)
    .showHelpAfterError(false)
    .enablePositionalOptions();
  program.helpOption("-h, --help", "show help");
  const helped = args.find((arg) => !arg.startsWith("-")) === "help" ? helpedCommand(args, context) : undefined;
  const asked = helped ?? entry;
  const command = helped ? await helped.load() : loaded;
  for (const group of COMMAND_GROUPS) {
    program.commandsGroup(`${group}:`);
    for (const each of commandsOf(context).filter((candidate) => candidate.group === group)) {
      const added = addCommand(program, each, context);
      if (each === asked) command?.configure(added, context);
    }
  }
  return program;
}

function helpedCommand(args: readonly string[], context: CliContext): CommandEntry | undefined {
  const name = args.filter((arg) => !arg.startsWith("-"))[1];
  return commandsOf(context).find((entry) => name !== undefined && isNamed(entry, name));
}

function addCommand(program: Command, entry: CommandEntry, context: CliContext): Command {
  const command = configured(program.command(entry.name), context).summary(entry.summary).description(entry.summary);
  for (const alias of entry.aliases ?? []) command.alias(alias);
  return command;
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
