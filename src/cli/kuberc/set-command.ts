import { readFile } from "node:fs/promises";

import { isJsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import { arrayFlag, booleanFlag, type FlagValues, stringFlag } from "../flags/flag.ts";
import { checkRequired, kubectlCommand } from "../kubectl-command.ts";
import { savePreference } from "./kuberc-file.ts";
import { kubercFile } from "./kuberc-path.ts";
import type { AllowlistEntry, OptionDefault, Preference } from "./preference.ts";
import { PREFERENCE_VERSION, preferenceIn } from "./preference.ts";

const setFlags = {
  section: stringFlag("Section to modify: 'defaults', 'aliases', or 'credentialplugin'"),
  command: stringFlag("Command to configure (e.g., 'get', 'create', 'set env')"),
  name: stringFlag("Alias name (required for --section=aliases)"),
  policy: stringFlag(
    "Plugin policy to use for exec credential plugins, must be one of 'AllowAll', 'DenyAll' or 'Allowlist'",
  ),
  option: arrayFlag("Flag option in the form flag=value (can be specified multiple times)"),
  prependarg: arrayFlag("Argument to prepend to the command (can be specified multiple times, for aliases only)"),
  appendarg: arrayFlag("Argument to append to the command (can be specified multiple times, for aliases only)"),
  "allowlist-entry": arrayFlag("Allowlist entry the form field=value (can be specified multiple times)"),
  overwrite: booleanFlag("Allow overwriting existing entries"),
};

type SetFlags = FlagValues<typeof setFlags>;

export const kubercSetCommand = kubectlCommand({
  usage: "--section (defaults|aliases) --command COMMAND",
  flags: setFlags,
  examples: `  kube kuberc set --section defaults --command get --option output=wide
  kube kuberc set --section aliases --name getn --command get --prependarg nodes --option output=wide
  kube kuberc set --section credentialplugin --policy Allowlist --allowlist-entry command=my-login`,
  async run({ flags, context, isGiven }) {
    checkRequired({ isGiven }, ["section"]);
    const file = kubercFile(flags.kuberc, context);
    if (!file) throw new UserError("KUBERC is disabled via KUBERC=off environment variable");
    check(flags);
    const preference = await known(file.path);
    await savePreference(changed(preference, flags), file, context);
  },
});

const SECTIONS = ["defaults", "aliases", "credentialplugin"];

function check(flags: SetFlags): void {
  const { section, name, command, prependarg, appendarg, policy } = flags;
  if (!SECTIONS.includes(section))
    throw new UserError(`--section must be "defaults", "aliases", or "credentialplugin", got: ${section}`);
  if (section === "aliases" && name === "") throw new UserError("--name is required when --section=aliases");
  if (section === "defaults" && name !== "")
    throw new UserError("--name should not be specified when --section=defaults");
  if (section === "defaults" && (prependarg.length > 0 || appendarg.length > 0))
    throw new UserError("--prependarg and --appendarg are only valid for --section=aliases");
  if (section !== "credentialplugin" && command === "")
    throw new UserError("--command is required when --section=aliases or --section=defaults");
  if (section === "credentialplugin") checkPolicy(policy, flags["allowlist-entry"]);
}

function checkPolicy(policy: string, entries: readonly string[]): void {
  const where = "--section=credentialplugin";
  if (policy === "") throw new UserError(`--policy is required when ${where}`);
  if (policy === "AllowAll" || policy === "DenyAll") {
    if (entries.length === 0) return;
    throw new UserError(`--allowlist-entry may only be used when ${where} and --policy=Allowlist`);
  }
  if (policy !== "Allowlist")
    throw new UserError(` --policy must be  "AllowAll", "DenyAll", or "Allowlist", got: ${policy}`);
  if (entries.length === 0) throw new UserError(`--allowlist-entry is required when ${where} and --policy=Allowlist`);
}

async function known(path: string): Promise<Preference> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new UserError(`error reading kuberc file: ${error.message}`);
  });
  if (text === "") return { defaults: [], aliases: [] };
  try {
    const { value } = decodeYaml(text);
    // What says nothing of its type is taken for a preference of now: kubectl does this too.
    const typed = isJsonObject(value) ? { apiVersion: PREFERENCE_VERSION, kind: "Preference", ...value } : value;
    return preferenceIn(typed) ?? { defaults: [], aliases: [] };
  } catch (error) {
    if (error instanceof YamlError)
      throw new UserError(`error parsing kuberc file: error converting YAML to JSON: ${error.message}`);
    throw error;
  }
}

function changed(preference: Preference, flags: SetFlags): Preference {
  const options = flags.option.map(optionOf);
  if (flags.section === "defaults") return withDefaults(preference, flags, options);
  if (flags.section === "aliases") return withAlias(preference, flags, options);
  return {
    ...preference,
    credentialPluginPolicy: flags.policy,
    ...(flags.policy === "Allowlist" ? { credentialPluginAllowlist: allowlistOf(flags["allowlist-entry"]) } : {}),
  };
}

function optionOf(text: string): OptionDefault {
  const equals = text.indexOf("=");
  if (equals < 0) throw new UserError(`invalid option format ${JSON.stringify(text)}, expected flag=value`);
  return { name: text.slice(0, equals).replace(/^-+/, ""), default: text.slice(equals + 1) };
}

function withDefaults(
  preference: Preference,
  { command, overwrite }: SetFlags,
  options: readonly OptionDefault[],
): Preference {
  const index = preference.defaults.findIndex((each) => each.command === command);
  const old = preference.defaults[index];
  if (!old) return { ...preference, defaults: [...preference.defaults, { command, options }] };
  if (!overwrite)
    throw new UserError(`defaults for command ${JSON.stringify(command)} already exist, use --overwrite to replace`);
  const next = { command, options: options.length > 0 ? options : old.options };
  return { ...preference, defaults: preference.defaults.with(index, next) };
}

function withAlias(preference: Preference, flags: SetFlags, options: readonly OptionDefault[]): Preference {
  const { name, command, overwrite, prependarg, appendarg } = flags;
  const index = preference.aliases.findIndex((each) => each.name === name);
  const old = preference.aliases[index];
  if (old && !overwrite)
    throw new UserError(`alias ${JSON.stringify(name)} already exists, use --overwrite to replace`);
  const kept = <T>(given: readonly T[], before: readonly T[] | undefined): readonly T[] =>
    given.length > 0 ? given : (before ?? []);
  const parts = {
    prependArgs: kept(prependarg, old?.prependArgs),
    appendArgs: kept(appendarg, old?.appendArgs),
    options: kept(options, old?.options),
  };
  const filled = Object.fromEntries(Object.entries(parts).filter(([, part]) => part.length > 0));
  const next = { name, command, ...filled };
  return { ...preference, aliases: old ? preference.aliases.with(index, next) : [...preference.aliases, next] };
}

function allowlistOf(entries: readonly string[]): readonly AllowlistEntry[] {
  const problems: string[] = [];
  const found: AllowlistEntry[] = [];
  for (const pair of entries.flatMap((each) => each.split(","))) {
    const equals = pair.indexOf("=");
    const [field, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    if (equals < 0) problems.push(`improperly formatted allowlist entry: ${JSON.stringify(pair)}`);
    else if (field === "name") problems.push('allowlist entry field "name" is deprecated, use "command" instead');
    else if (field !== "command") problems.push(`unrecognized allowlist entry field: ${JSON.stringify(field)}`);
    else if (value.trim() === "") problems.push(`empty value in allowlist entry for field ${JSON.stringify(field)}`);
    else found.push({ command: value });
  }
  if (problems.length > 0) throw new UserError(problems.length === 1 ? problems.join("") : `[${problems.join(", ")}]`);
  return found;
}
