import { commandsOf, isNamed } from "../command-list.ts";
import type { CliContext } from "../context.ts";
import { findCommand } from "../find-command.ts";
import { isKubectlCommand, type KubectlCommand } from "../kubectl-command.ts";
import { loadPreference } from "./kuberc-file.ts";
import type { KubercFile } from "./kuberc-path.ts";
import { checkPreference } from "./preference.ts";
import { type NamedCommand, preferredLine } from "./preferred-line.ts";

/** A command line, and the world it runs in. */
interface PreferredRun {
  readonly args: readonly string[];
  readonly context: CliContext;
}

/** Changes the line and its world as the user's kuberc file says. */
export async function withPreferences(
  args: readonly string[],
  context: CliContext,
  file: KubercFile,
): Promise<PreferredRun> {
  const preference = await loadPreference(file, context);
  if (!preference) return { args, context };
  checkPreference(preference);
  const { credentialPluginPolicy: policy, credentialPluginAllowlist: allowlist = [] } = preference;
  const line = await preferredLine(
    args,
    preference,
    async (words) => await named(words, context),
    (text) => context.stderr.write(text),
  );
  if (policy === undefined) return { args: line, context };
  const commands = allowlist.map(({ command }) => command);
  return { args: line, context: { ...context, credentialPlugins: { policy, allowlist: commands } } };
}

async function named(words: readonly string[], context: CliContext): Promise<NamedCommand | undefined> {
  const found = findCommand(words);
  const entry = commandsOf(context).find((each) => found !== undefined && isNamed(each, found.name));
  if (!found || !entry) return undefined;
  const command = await entry.load();
  const at = words.indexOf(found.name);
  return isKubectlCommand(command)
    ? await innermost({ name: entry.name, command, at }, words)
    : { name: entry.name, flags: {}, at };
}

interface Found {
  readonly name: string;
  readonly command: KubectlCommand;
  readonly at: number;
}

async function innermost({ name, command, at }: Found, words: readonly string[]): Promise<NamedCommand> {
  const rest = words.slice(at + 1);
  const found = command.subcommands.length > 0 ? findCommand(rest, command.valueFlags) : undefined;
  const entry = command.subcommands.find((each) => found !== undefined && isNamed(each, found.name));
  const inner = await entry?.load();
  if (!found || !entry || !inner || !isKubectlCommand(inner)) return { name, flags: command.valueFlags, at };
  return await innermost({ name: entry.name, command: inner, at: at + 1 + rest.indexOf(found.name) }, words);
}
