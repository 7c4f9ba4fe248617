import { basename } from "node:path";

import { UserError } from "../../lib/user-error.ts";
import { commandsOf, isNamed } from "../command-list.ts";
import { booleanFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { isExecutable, listPlugins } from "./find-plugins.ts";

const flags = {
  "name-only": booleanFlag("If true, display only the binary name of each plugin, rather than its full path"),
};

export const pluginListCommand = kubectlCommand({
  usage: "[flags]",
  flags,
  examples: `  kube plugin list`,
  run: pluginList,
});

async function pluginList({ flags: given, context }: Invocation<typeof flags>): Promise<void> {
  const { plugins, problems } = await listPlugins(context.env["PATH"] ?? "");
  for (const problem of problems) context.stderr.write(`${problem}\n`);
  if (plugins.length === 0) throw new UserError("error: unable to find any kubectl plugins in your PATH");
  context.stdout.write("The following compatible plugins are available:\n\n");
  const seen = new Map<string, string>();
  let warnings = 0;
  for (const path of plugins) {
    const name = basename(path);
    context.stdout.write(`${given["name-only"] ? name : path}\n`);
    const command = commandsOf(context).find((entry) => isNamed(entry, name.split("-")[1] ?? ""));
    const earlier = seen.get(name);
    const texts = [
      ...(isExecutable(path) ? [] : [`warning: ${path} identified as a kubectl plugin, but it is not executable`]),
      ...(earlier === undefined ? [] : [`warning: ${path} is overshadowed by a similarly named plugin: ${earlier}`]),
      ...(command
        ? [`warning: ${name} overwrites existing command: ${JSON.stringify(`${context.program} ${command.name}`)}`]
        : []),
    ];
    if (earlier === undefined) seen.set(name, path);
    for (const text of texts) context.stderr.write(`  - ${text}\n`);
    warnings += texts.length;
  }
  if (warnings > 0)
    throw new UserError(
      warnings === 1 ? "error: one plugin warning was found" : `error: ${warnings} plugin warnings were found`,
    );
}
