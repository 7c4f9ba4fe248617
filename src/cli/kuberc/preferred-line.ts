import { UserError } from "../../lib/user-error.ts";
import type { Flag, Flags } from "../flags/flag.ts";
import type { Alias, CommandDefaults, OptionDefault, Preference } from "./preference.ts";

/** A command that a line names, as far as preferences have to know it. */
export interface NamedCommand {
  /** The last of its words: `image` of `set image`. */
  readonly name: string;
  readonly flags: Flags;
  /** Where in the words the last of its own stands. */
  readonly at: number;
}

export type FindCommand = (words: readonly string[]) => Promise<NamedCommand | undefined>;

/** The line as the user prefers it: an alias replaced by its command, and flags that are not there with their defaults. */
export async function preferredLine(
  args: readonly string[],
  preference: Preference,
  find: FindCommand,
  warn: (text: string) => void,
): Promise<readonly string[]> {
  const found = await find(args);
  const unaliased = found ? args : await withoutAlias(args, preference.aliases, find);
  const isAlias = unaliased !== args;
  return await withDefaults(unaliased, preference.defaults, { find, warn, isAlias });
}

async function withoutAlias(
  args: readonly string[],
  aliases: readonly Alias[],
  find: FindCommand,
): Promise<readonly string[]> {
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const alias = aliases.find(({ name }) => name === args[at]);
  if (at < 0 || !alias) return args;
  const words = alias.command.split(/\s+/).filter((word) => word !== "");
  const command = await find(words);
  if (!command)
    throw new UserError(
      `command ${JSON.stringify(alias.command)} not found to set alias ${JSON.stringify(alias.name)}: [${words.join(" ")}]`,
    );
  const rest = args.slice(at + 1);
  const options = missing(alias.options ?? [], command.flags, args, ({ name }) => {
    throw new UserError(`invalid alias flag ${name} in alias ${alias.name}`);
  });
  const { prependArgs = [], appendArgs = [] } = alias;
  return [...args.slice(0, at), ...words, ...options, ...prependArgs, ...rest, ...appendArgs];
}

async function withDefaults(
  args: readonly string[],
  defaults: readonly CommandDefaults[],
  { find, warn, isAlias }: { find: FindCommand; warn: (text: string) => void; isAlias: boolean },
): Promise<readonly string[]> {
  const command = await find(args);
  if (!command) return args;
  const options: string[] = [];
  for (const each of defaults) {
    // oxlint-disable-next-line no-await-in-loop -- few, and told in their order
    const meant = await find(each.command.split(/\s+/).filter((word) => word !== ""));
    if (!meant) warn(`Warning: command ${JSON.stringify(each.command)} not found to set kuberc override\n`);
    // An alias has the defaults that it names itself: kubectl does this too.
    else if (meant.name === command.name && !isAlias)
      options.push(
        ...missing(each.options, command.flags, args, ({ name }) => {
          throw new UserError(`invalid flag ${name} for command ${each.command}`);
        }),
      );
  }
  return [...args.slice(0, command.at + 1), ...options, ...args.slice(command.at + 1)];
}

/** The options that the line does not have itself, as flags. */
function missing(
  options: readonly OptionDefault[],
  flags: Flags,
  args: readonly string[],
  refuse: (option: OptionDefault) => never,
): readonly string[] {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  return options.flatMap((option) => {
    const flag = Object.hasOwn(flags, option.name) ? flags[option.name] : undefined;
    if (!flag) return refuse(option);
    return isGiven(option.name, flag, own) ? [] : [`--${option.name}=${option.default}`];
  });
}

const isGiven = (name: string, { short }: Flag, args: readonly string[]): boolean =>
  args.some(
    (arg) =>
      arg === `--${name}` ||
      arg.startsWith(`--${name}=`) ||
      (short !== undefined && (arg.startsWith(`-${short}`) || (/^-[a-zA-Z]+$/.test(arg) && arg.includes(short)))),
  );
