import { connectionFlags } from "./flags/connection-flags.ts";
import type { Flags } from "./flags/flag.ts";

export interface FoundCommand {
  readonly name: string;
  /** The line without the name; flags before it stay in front. */
  readonly rest: readonly string[];
}

/** The first argument that is neither a flag nor a flag's value: kubectl allows `kubectl -n web get pods`. */
export function findCommand(args: readonly string[], flags: Flags = connectionFlags): FoundCommand | undefined {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") return undefined;
    if (!arg.startsWith("-") || arg === "-") return { name: arg, rest: [...args.slice(0, at), ...args.slice(at + 1)] };
    if (takesNext(arg, flags)) at++;
  }
  return undefined;
}

function takesNext(arg: string, flags: Flags): boolean {
  if (arg.includes("=")) return false;
  if (arg.startsWith("--")) {
    const flag = flags[arg.slice(2)];
    return flag !== undefined && flag.bare === undefined;
  }
  const flag = Object.values(flags).find(({ short }) => short === arg.slice(1));
  return flag !== undefined && flag.bare === undefined;
}
