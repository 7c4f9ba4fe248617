import { type Command, InvalidArgumentError, Option } from "commander";

import { type Setting, SettingError, wholeNumber } from "../../cluster/config/settings.ts";
import type { StartWishes } from "./start-settings.ts";

/** An option for each setting, read as the setting says. */
export function addSettingOptions(command: Command, settings: readonly Setting[]): Command {
  for (const setting of settings) {
    const option = new Option(`--${setting.flag} ${setting.placeholder}`, setting.help);
    const words: string[] = [];
    option.argParser((text: string) => {
      words.push(text);
      return readWords(setting, words);
    });
    command.addOption(option);
  }
  return command;
}

/** What was said on the command line; nothing else is in it. */
export function wishesOf(options: Readonly<Record<string, unknown>>, settings: readonly Setting[]): StartWishes {
  const given = settings.flatMap(({ key, flag }) => {
    const value = options[flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
    return value === undefined ? [] : [[key, value] as const];
  });
  // Each value was read by the setting of its flag.
  return Object.fromEntries(given) as StartWishes;
}

/** For options of other commands. */
export function numberReader(min: number, max: number): (text: string) => number {
  const form = wholeNumber(min, max);
  // A whole number reads nothing else.
  return (text) => readWords(form, [text]) as number;
}

function readWords(setting: Pick<Setting, "read" | "fromText" | "isList">, words: readonly string[]): unknown {
  try {
    return setting.read(setting.fromText(setting.isList ? words : (words.at(-1) ?? "")));
  } catch (error) {
    if (error instanceof SettingError) throw new InvalidArgumentError(`It ${error.message}.`);
    throw error;
  }
}
