import { UserError } from "../../lib/user-error.ts";
import { didYouMean } from "../near-words.ts";
import { booleanText, flagValue } from "./flag-value.ts";
import type { Flag, Flags, FlagValues } from "./flag.ts";

/** A command line taken apart. */
export interface ParsedFlags<F extends Flags> {
  readonly values: FlagValues<F>;
  /** What is no flag, in order. */
  readonly args: readonly string[];
  /** How many of `args` came before `--`, or -1 without one. */
  readonly argsBeforeDash: number;
  /** The flags that were given, whatever their value. */
  readonly given: ReadonlySet<string>;
  readonly wantsHelp: boolean;
}

interface Occurrence {
  readonly name: string;
  readonly text: string;
}

/** Reads a command line by the rules of kubectl (spf13/pflag): flags anywhere, `--x=v`, `--x v`, `-xv`, `-abc`, `--`. */
export function parseFlags<F extends Flags>(args: readonly string[], flags: F): ParsedFlags<F> {
  const reader = new Reader(flags);
  const operands: string[] = [];
  let argsBeforeDash = -1;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") {
      argsBeforeDash = operands.length;
      operands.push(...args.slice(at + 1));
      break;
    }
    if (arg.startsWith("--")) at += reader.long(arg, args[at + 1]);
    else if (arg.startsWith("-") && arg !== "-") at += reader.short(arg, args[at + 1]);
    else operands.push(arg);
  }
  const given = new Set(reader.occurrences.map(({ name }) => name));
  // Every flag gets a value of its own kind, so the record has the shape that F promises.
  const values = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, flagValue(name, flag, textsOf(name, reader.occurrences))]),
  ) as FlagValues<F>;
  return { values, args: operands, argsBeforeDash, given, wantsHelp: reader.wantsHelp };
}

const textsOf = (name: string, occurrences: readonly Occurrence[]): readonly string[] =>
  occurrences.filter((each) => each.name === name).map(({ text }) => text);

class Reader {
  readonly occurrences: Occurrence[] = [];
  wantsHelp = false;
  readonly #flags: Flags;
  readonly #nameByShort: ReadonlyMap<string, string>;

  constructor(flags: Flags) {
    this.#flags = flags;
    this.#nameByShort = new Map(
      Object.entries(flags).flatMap(([name, { short }]) => (short === undefined ? [] : [[short, name] as const])),
    );
  }

  /** Returns how many further arguments were taken as value. */
  long(arg: string, next: string | undefined): number {
    const equals = arg.indexOf("=");
    const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
    const flag = this.#find(name);
    if (!flag) {
      if (name === "help") return equals >= 0 && booleanText(arg.slice(equals + 1)) === false ? 0 : this.#help();
      if (name === "" || name.startsWith("-")) throw new UserError(`bad flag syntax: ${arg}`);
      const names = Object.keys(this.#flags).filter((each) => this.#flags[each]?.isHidden !== true);
      const suggestion = didYouMean(
        `--${name}`,
        names.map((each) => `--${each}`),
      );
      throw new UserError(`unknown flag: --${name}`, { suggestion });
    }
    if (equals >= 0) return this.#add(name, arg.slice(equals + 1), 0);
    if (flag.bare !== undefined) return this.#add(name, flag.bare, 0);
    if (next === undefined) throw new UserError(`flag needs an argument: --${name}`);
    return this.#add(name, next, 1);
  }

  short(arg: string, next: string | undefined): number {
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at] ?? "";
      const rest = arg.slice(at + 1);
      const name = this.#nameByShort.get(letter);
      if (name === undefined) {
        if (letter === "h") return this.#help();
        throw new UserError(`unknown shorthand flag: '${letter}' in -${arg.slice(at)}`);
      }
      const flag = this.#find(name);
      if (rest.startsWith("=") && rest.length > 1) return this.#add(name, rest.slice(1), 0);
      if (flag?.bare !== undefined) {
        this.#add(name, flag.bare, 0);
        continue;
      }
      if (rest !== "") return this.#add(name, rest, 0);
      if (next === undefined) throw new UserError(`flag needs an argument: '${letter}' in -${arg.slice(at)}`);
      return this.#add(name, next, 1);
    }
    return 0;
  }

  #find(name: string): Flag | undefined {
    return Object.hasOwn(this.#flags, name) ? this.#flags[name] : undefined;
  }

  #help(): 0 {
    this.wantsHelp = true;
    return 0;
  }

  #add(name: string, text: string, taken: number): number {
    this.occurrences.push({ name, text });
    return taken;
  }
}
