import { SettingError } from "../../cluster/config/settings.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { kubectlCommand } from "../kubectl-command.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import { readDefaults, writeDefaults, writtenDefaults } from "../start/defaults.ts";
import { suggestion } from "../start/start-file.ts";
import { startSettings } from "../start/start-settings.ts";
import { unexpectedArgs } from "./unexpected-args.ts";

/*
 * Beside kubectl's properties of the kubeconfig, `kube config` knows the settings of clusters to come, as minikube's does. No property of a
 * kubeconfig has the name of a setting, so a name says which is meant.
 */

type DefaultsContext = Pick<CliContext, "env" | "stdout" | "program">;

/** Undefined when the name is none of a setting, or kubectl itself is asked. */
export function settingNamed(name: string, { program }: Pick<CliContext, "program">) {
  return program === "kubectl" ? undefined : startSettings.find(({ key, flag }) => key === name || flag === name);
}

type NamedSetting = NonNullable<ReturnType<typeof settingNamed>>;

export async function setDefault(
  { key, ...form }: NamedSetting,
  text: string,
  context: DefaultsContext,
): Promise<void> {
  const value = form.fromText(text);
  try {
    form.read(value);
  } catch (error) {
    if (error instanceof SettingError) throw new UserError(`${key} ${error.message}, not ${JSON.stringify(text)}`);
    throw error;
  }
  await writeDefaults(context.env, { ...(await writtenDefaults(context.env)), [key]: value });
  context.stdout.write(`Default ${JSON.stringify(key)} set.\n`);
}

export async function unsetDefault({ key }: NamedSetting, context: DefaultsContext): Promise<void> {
  const { [key]: _before, ...others } = await writtenDefaults(context.env);
  await writeDefaults(context.env, others);
  context.stdout.write(`Default ${JSON.stringify(key)} unset.\n`);
}

export const getDefaultCommand = kubectlCommand({
  usage: "SETTING_NAME",
  flags: {},
  examples: `  kube config get nodes                     of clusters to come, as kube config set has it`,
  async run({ args, context }) {
    const [name] = args;
    if (name === undefined || args.length !== 1) throw unexpectedArgs(args);
    const setting = settingNamed(name, context);
    if (!setting) throw unknownSetting(name);
    const value = (await readDefaults(context.env))[setting.key];
    if (value === undefined) throw new UserError(`${setting.key} is not set`);
    context.stdout.write(`${setting.text(value)}\n`);
  },
});

export const listDefaultsCommand = kubectlCommand({
  usage: "",
  flags: {},
  examples: `  kube config list                          what kube config set can set, and what is set`,
  async run({ args, context }) {
    if (args.length > 0) throw unexpectedArgs(args);
    const defaults = await readDefaults(context.env);
    const table = new TabWriter((text) => context.stdout.write(text));
    table.write("SETTING\tDEFAULT\tMEANING\n");
    for (const { key, help, text } of startSettings) {
      const value = defaults[key];
      table.write(`${key}\t${value === undefined ? "<none>" : text(value)}\t${help}\n`);
    }
    table.flush();
  },
});

/** Whoever gets a name wrong may have meant a setting. */
export function withSettingHint<T>(name: string, { program }: Pick<CliContext, "program">, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UserError) || program === "kubectl" || name.includes(".")) throw error;
    throw new UserError(error.message, { suggestion: unknownSetting(name).message, cause: error.cause });
  }
}

function unknownSetting(name: string): UserError {
  return new UserError(`there is no setting ${JSON.stringify(name)}${suggestion(name)}`, {
    hint: "kube config list shows them all",
  });
}
