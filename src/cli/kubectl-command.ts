import { type Command, Option } from "commander";

import { UserError } from "../lib/user-error.ts";
import type { CliCommand, CommandEntry } from "./command.ts";
import type { CliContext } from "./context.ts";
import { connectionFlags, type ConnectionFlagValues } from "./flags/connection-flags.ts";
import type { Flag, Flags, FlagValues } from "./flags/flag.ts";
import { parseFlags } from "./flags/parse-flags.ts";
import { openSession, type Session } from "./session.ts";

/** What a command gets of its command line, and its way to the server. */
export interface Invocation<F extends Flags> {
  readonly args: readonly string[];
  /** How many of `args` came before `--`, or -1 without one. */
  readonly argsBeforeDash: number;
  readonly flags: FlagValues<F & typeof connectionFlags>;
  /** Was the flag given at all, whatever its value? */
  readonly isGiven: (name: keyof F & string) => boolean;
  readonly session: Session;
  readonly context: CliContext;
  /** `kube create deployment`: for messages that point at the help. */
  readonly commandPath: string;
}

export interface KubectlCommandDefinition<F extends Flags> {
  /** What follows the command's name in its usage line. */
  readonly usage: string;
  readonly flags: F;
  readonly examples?: string;
  /** Resolves with `bare` when there is nothing to do without a subcommand. */
  run(invocation: Invocation<F>): Promise<void | "bare" | "help">;
  /** `create deployment`, `set image`: looked up by the first argument that is no flag. */
  readonly subcommands?: readonly SubcommandEntry[];
}

export type SubcommandEntry = Omit<CommandEntry, "group">;

/** A command whose line is read by kubectl's rules, which commander does not know: `-w=false`, `--dry-run`, `-ojson`. */
export interface KubectlCommand extends CliCommand {
  execute(args: readonly string[], context: CliContext, path: string): Promise<"done" | "help" | "bare">;
  readonly valueFlags: Flags;
  readonly subcommands: readonly SubcommandEntry[];
}

/** Those that kubectl has, too, when it is kubectl that is asked. */
export function subcommandsOf(
  subcommands: readonly SubcommandEntry[],
  { program }: Pick<CliContext, "program">,
): readonly SubcommandEntry[] {
  return program === "kubectl" ? subcommands.filter(({ isOwn }) => isOwn !== true) : subcommands;
}

export function isKubectlCommand(command: CliCommand): command is KubectlCommand {
  return "execute" in command;
}

export function kubectlCommand<const F extends Flags>(definition: KubectlCommandDefinition<F>): KubectlCommand {
  const flags = { ...connectionFlags, ...definition.flags };
  return {
    valueFlags: flags,
    subcommands: definition.subcommands ?? [],
    configure(command, context) {
      const subcommands = subcommandsOf(definition.subcommands ?? [], context);
      configureHelp(command, { ...definition, subcommands });
    },
    async execute(args, context, path) {
      const { values, given, wantsHelp, ...rest } = parsed(args, flags, path);
      if (wantsHelp) return "help";
      for (const [name, { deprecated }] of Object.entries<Flag>(flags))
        if (deprecated !== undefined && given.has(name))
          context.stderr.write(`Flag --${name} has been deprecated, ${deprecated}\n`);
      if (values.profile !== "none" && !Object.hasOwn(definition.flags, "profile"))
        throw new UserError(`profile ${JSON.stringify(values.profile)} is one of Go programs, which this is not`);
      using session = openSession(connectionValues(values, definition.flags), context);
      const outcome = await definition.run({
        ...rest,
        flags: values,
        isGiven: (name) => given.has(name),
        session,
        context,
        commandPath: path,
      });
      session.checkWarnings();
      return outcome ?? "done";
    },
  };
}

/** A command that only leads to others. Without one of them it shows its help, and that is a failure. */
export function subcommandsOnly(
  definition: Pick<KubectlCommandDefinition<Flags>, "usage" | "examples"> & {
    readonly subcommands: readonly SubcommandEntry[];
    /** `help` where kubectl takes a bare command for a question. */
    readonly bare?: "help";
  },
): KubectlCommand {
  return kubectlCommand({
    ...definition,
    flags: {},
    run(invocation) {
      if (invocation.args.length === 0) return Promise.resolve(definition.bare ?? "bare");
      throw usageError(invocation, `unknown command ${JSON.stringify(invocation.args.join(" "))}`);
    },
  });
}

function parsed<F extends Flags>(args: readonly string[], flags: F, path: string) {
  try {
    return parseFlags(args, flags);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, suggestion } = error;
    throw new UserError(message, { suggestion, hint: `See '${path} --help' for usage.` });
  }
}

/** `create rolebinding --user` names a subject: a flag of the command's own hides the one for the connection. */
function connectionValues(values: ConnectionFlagValues, own: Flags): ConnectionFlagValues {
  const defaults = Object.entries(connectionFlags).flatMap(([name, flag]) =>
    Object.hasOwn(own, name) ? [[name, flag.default] as const] : [],
  );
  return { ...values, ...Object.fromEntries(defaults) };
}

/** Flags without which a command can do nothing. */
export function checkRequired(
  { isGiven }: { readonly isGiven: (name: never) => boolean },
  required: readonly string[],
): void {
  // The names are those of the command's own flags.
  const missing = required.filter((name) => !isGiven(name as never));
  if (missing.length === 0) return;
  throw new UserError(`required flag(s) ${missing.map((name) => JSON.stringify(name)).join(", ")} not set`);
}

/** A mistake in how a command was called, with kubectl's pointer to the help. */
export function usageError(invocation: { readonly commandPath: string }, message: string): UserError {
  return new UserError(`${message}\nSee '${invocation.commandPath} -h' for help and examples`);
}

/** Only for `--help`: kubectl's command lines are never parsed by commander. */
function configureHelp(
  command: Command,
  { usage, flags, examples, subcommands }: KubectlCommandDefinition<Flags>,
): void {
  command.usage(usage);
  for (const entry of subcommands ?? []) command.command(entry.name).summary(entry.summary);
  for (const [name, flag] of Object.entries<Flag>(flags)) command.addOption(helpOption(name, flag));
  if (examples !== undefined) command.addHelpText("after", `\nExamples:\n${examples}`);
}

function helpOption(name: string, flag: Flag): Option {
  const value = flag.bare === undefined ? " <value>" : flag.kind === "boolean" ? "" : " [value]";
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  const option = new Option(`${short}--${name}${value}`, flag.description);
  return option.hideHelp(flag.isHidden === true || flag.deprecated !== undefined);
}
