import { Command } from "commander";

import { namespaces, pods } from "../../api/resources.ts";
import { commandsOf, isNamed } from "../command-list.ts";
import type { CliCommand } from "../command.ts";
import type { CliContext } from "../context.ts";
import { findCommand } from "../find-command.ts";
import { connectionFlags, type ConnectionFlagValues } from "../flags/connection-flags.ts";
import type { Flag, Flags } from "../flags/flag.ts";
import { parseFlags } from "../flags/parse-flags.ts";
import { loadKubeconfig } from "../kubeconfig/kubeconfig.ts";
import { isKubectlCommand, subcommandsOf } from "../kubectl-command.ts";
import { openSession, type Session } from "../session.ts";
import { type Candidates, FILES, NOTHING, textsOnly } from "./candidates.ts";
import { type AwaitedValue, completedFlag, flagAwaitingValue, flagNames } from "./flag-candidates.ts";
import {
  asMapping,
  containerNamesOf,
  namesOf,
  namesOfType,
  podsAndOwners,
  typeNames,
  typesAndNames,
} from "./live-names.ts";
import { type Positional, POSITIONALS } from "./positionals.ts";

/** What may be typed for the last of the words; they are those behind the program's name. */
export async function completeLine(words: readonly string[], context: CliContext): Promise<Candidates> {
  const before = words.slice(0, -1);
  const typed = words.at(-1) ?? "";
  const found = await commandOfLine(before, context);
  if (!found.command) return await completeBeforeCommand(found, typed, context);
  const { command, rest } = found;
  if (!isKubectlCommand(command)) return typed.startsWith("-") ? optionsOf(command, context) : FILES;
  const flags = command.valueFlags;
  if (rest.includes("--")) return FILES;
  const awaiting = flagAwaitingValue(rest, flags) ?? completedFlag(typed, flags);
  if (!awaiting && typed.startsWith("-")) return flagNames(flags);
  const line = { args: argsOf(rest, flags, awaiting !== undefined) };
  if (!awaiting && line.args.length === 0 && command.subcommands.length > 0) {
    const names = subcommandsOf(command.subcommands, context).map(({ name, summary }) => ({
      text: name,
      description: summary,
    }));
    if (POSITIONALS[found.path.join(" ")] === undefined) return { candidates: names };
  }
  using session = openSession(connectionValues(rest, flags), context);
  return awaiting
    ? await flagValues(awaiting, { flags, args: line.args }, session)
    : await positionals(POSITIONALS[found.path.join(" ")], line.args, typed, session);
}

/** `kube -n we`: the flags for the connection may stand in front of everything. */
async function completeBeforeCommand(found: FoundLine, typed: string, context: CliContext): Promise<Candidates> {
  const awaiting = flagAwaitingValue(found.rest, connectionFlags) ?? completedFlag(typed, connectionFlags);
  if (!awaiting) return typed.startsWith("-") ? flagNames(connectionFlags) : commandNames(found, context);
  using session = openSession(connectionValues(found.rest, connectionFlags), context);
  return await flagValues(awaiting, { flags: connectionFlags, args: [] }, session);
}

interface FoundLine {
  readonly path: readonly string[];
  readonly command: CliCommand | undefined;
  /** What follows the command's name. */
  readonly rest: readonly string[];
}

async function commandOfLine(words: readonly string[], context: CliContext): Promise<FoundLine> {
  const found = findCommand(words);
  const entry = found && commandsOf(context).find((each) => isNamed(each, found.name));
  if (!found || !entry) return { path: [], command: undefined, rest: words };
  return await innerCommand({ path: [entry.name], command: await entry.load(), rest: found.rest });
}

async function innerCommand(line: FoundLine): Promise<FoundLine> {
  const { path, command, rest } = line;
  if (!command || !isKubectlCommand(command) || command.subcommands.length === 0) return line;
  const found = findCommand(rest, command.valueFlags);
  const entry = found && command.subcommands.find((each) => isNamed(each, found.name));
  if (!found || !entry) return line;
  return await innerCommand({ path: [...path, entry.name], command: await entry.load(), rest: found.rest });
}

function commandNames({ rest }: FoundLine, context: CliContext): Candidates {
  // A word that is no command is a plugin, which we know nothing of.
  if (findCommand(rest)) return FILES;
  return { candidates: commandsOf(context).map(({ name, summary }) => ({ text: name, description: summary })) };
}

function optionsOf(command: CliCommand, context: CliContext): Candidates {
  const shown = new Command();
  command.configure(shown, context);
  const options = shown.options.filter(({ hidden }) => !hidden);
  return {
    candidates: options.flatMap(({ long, description }) => (long ? [{ text: long, description }] : [])),
  };
}

/** The arguments so far. A line that cannot be read has none. */
function argsOf(rest: readonly string[], flags: Flags, lacksValue: boolean): readonly string[] {
  try {
    return parseFlags(lacksValue ? rest.slice(0, -1) : rest, flags).args;
  } catch {
    return [];
  }
}

function connectionValues(rest: readonly string[], flags: Flags): ConnectionFlagValues {
  try {
    return parseFlags(rest, { ...flags, ...connectionFlags }).values;
  } catch {
    return parseFlags([], connectionFlags).values;
  }
}

interface FlagLine {
  readonly flags: Flags;
  readonly args: readonly string[];
}

async function flagValues({ name, prefix }: AwaitedValue, line: FlagLine, session: Session): Promise<Candidates> {
  const { candidates, ...rest } = await plainFlagValues(name, line, session);
  return { ...rest, candidates: candidates.map((each) => ({ ...each, text: prefix + each.text })) };
}

async function plainFlagValues(name: string, line: FlagLine, session: Session): Promise<Candidates> {
  const flag: Flag | undefined = line.flags[name];
  switch (name) {
    case "namespace":
      return textsOnly(await namesOf(session, asMapping(namespaces)));
    case "context":
      return textsOnly(await sectionNames("contexts", session));
    case "cluster":
      return textsOnly(await sectionNames("clusters", session));
    case "user":
      return flag?.kind === "string" ? textsOnly(await sectionNames("users", session)) : NOTHING;
    case "output":
      return textsOnly(/\(([a-z0-9, -]+)\)/.exec(flag?.description ?? "")?.[1]?.split(/, ?/) ?? []);
    case "container":
      return line.args[0] === undefined ? NOTHING : textsOnly(await containerNamesOf(session, line.args[0]));
    case "dry-run":
      return textsOnly(["none", "server", "client"]);
    case "cascade":
      return textsOnly(["background", "orphan", "foreground"]);
    case "filename":
    case "kubeconfig":
    case "kustomize":
      return FILES;
    default:
      return flag?.kind === "string" && /file|path|director/i.test(flag.description) ? FILES : NOTHING;
  }
}

async function sectionNames(
  section: "contexts" | "clusters" | "users",
  { context }: Session,
): Promise<readonly string[]> {
  const kubeconfig = await loadKubeconfig("", context.env);
  return [...kubeconfig[section].keys()].toSorted();
}

async function positionals(
  positional: Positional | undefined,
  args: readonly string[],
  typed: string,
  session: Session,
): Promise<Candidates> {
  if (!positional) return FILES;
  switch (positional.form) {
    case "types-and-names":
      return await typesAndNames(session, positional, args, typed);
    case "names": {
      if (args.length > 0 && positional.repeats !== true) return NOTHING;
      const names = await namesOfType(session, positional.type);
      return textsOnly(names.filter((name) => !args.includes(name)));
    }
    case "pod": {
      const [pod] = args;
      if (pod === undefined) return await podsAndOwners(session, typed);
      return positional.thenContainer && args.length === 1 ? textsOnly(await containerNamesOf(session, pod)) : NOTHING;
    }
    case "type":
      return args.length === 0 ? textsOnly(await typeNames(session)) : NOTHING;
    case "pod-path": {
      if (/^[/.~]|:/.test(typed)) return FILES;
      const names = await namesOf(session, asMapping(pods));
      return { ...textsOnly(names.map((name) => `${name}:`)), noSpace: true, files: true };
    }
    case "kubeconfig":
      return args.length === 0 ? textsOnly(await sectionNames(positional.section, session)) : NOTHING;
    case "words":
      return args.length === 0 ? textsOnly(positional.words) : NOTHING;
  }
}
