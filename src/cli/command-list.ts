import type { CommandEntry } from "./command.ts";
import { commands } from "./commands.ts";
import type { CliContext } from "./context.ts";

/** The commands there are: called as kubectl, those of kubectl alone. */
export function commandsOf({ program }: Pick<CliContext, "program">): readonly CommandEntry[] {
  return program === "kubectl"
    ? commands.filter(({ group, isOwn }) => group !== "Cluster" && isOwn !== true)
    : commands;
}

export const isNamed = ({ name, aliases }: Pick<CommandEntry, "name" | "aliases">, wanted: string): boolean =>
  name === wanted || aliases?.includes(wanted) === true;
