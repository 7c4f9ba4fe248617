import type { Flag, Flags } from "../flags/flag.ts";
import type { Candidates } from "./candidates.ts";

/** Names of flags; one that needs a value gets it behind a space or an equals sign. */
export function flagNames(flags: Flags): Candidates {
  const shown = Object.entries<Flag>(flags).filter(
    ([, flag]) => flag.isHidden !== true && flag.deprecated === undefined,
  );
  return {
    candidates: [
      ...shown.map(([name, { description }]) => ({ text: `--${name}`, description })),
      { text: "--help", description: "show help" },
    ].toSorted((left, right) => (left.text < right.text ? -1 : 1)),
  };
}

export interface AwaitedValue {
  readonly name: string;
  /** What the word has in front of the value: `--namespace=`. */
  readonly prefix: string;
}

/** Does the last whole word want the next one as its value? */
export function flagAwaitingValue(words: readonly string[], flags: Flags): AwaitedValue | undefined {
  const last = words.at(-1) ?? "";
  if (!last.startsWith("-") || last.includes("=")) return undefined;
  const name = last.startsWith("--") ? last.slice(2) : nameOfShort(last.slice(-1), flags);
  const flag = name !== undefined && Object.hasOwn(flags, name) ? flags[name] : undefined;
  return name !== undefined && flag && flag.bare === undefined ? { name, prefix: "" } : undefined;
}

/** `--namespace=we`: the value of the flag is what is typed. */
export function completedFlag(typed: string, flags: Flags): AwaitedValue | undefined {
  const [, dashes, name = ""] = /^(--?)([^=]+)=/.exec(typed) ?? [];
  if (dashes === undefined) return undefined;
  const long = dashes === "--" ? name : nameOfShort(name, flags);
  return long !== undefined && Object.hasOwn(flags, long) ? { name: long, prefix: `${dashes}${name}=` } : undefined;
}

const nameOfShort = (letter: string, flags: Flags): string | undefined =>
  Object.entries<Flag>(flags).find(([, { short }]) => short === letter)?.[0];
