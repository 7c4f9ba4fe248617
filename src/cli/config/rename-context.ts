import { UserError } from "../../lib/user-error.ts";
import { kubectlCommand } from "../kubectl-command.ts";
import { changeConfig, type ConfigChange } from "./change-config.ts";
import { readConfigFiles } from "./config-files.ts";
import type { PlainInvocation } from "./plain-invocation.ts";
import { unexpectedArgs } from "./unexpected-args.ts";

export const renameContextCommand = kubectlCommand({
  usage: "CONTEXT_NAME NEW_NAME",
  flags: {},
  examples: `  kube config rename-context old-name new-name`,
  run: renameContext,
});

async function renameContext({ args, flags, context }: PlainInvocation): Promise<void> {
  const [name, newName] = args;
  if (name === undefined || newName === undefined || args.length !== 2) throw unexpectedArgs(args);
  if (newName === "") throw new UserError("You must specify a new non-empty context name");
  const files = await readConfigFiles(flags.kubeconfig, context);
  const problem = `cannot rename the context ${JSON.stringify(name)}`;
  const entry = files.contexts.get(name);
  if (!entry) throw new UserError(`${problem}, it's not in ${files.defaultFile}`);
  if (files.contexts.has(newName))
    throw new UserError(`${problem}, the context ${JSON.stringify(newName)} already exists in ${files.defaultFile}`);
  const changes: ConfigChange[] = [{ kind: "rename-entry", file: entry.file, list: "contexts", name, newName }];
  if (files.currentContext === name)
    changes.push({ kind: "set-value", file: files.defaultFile, path: ["current-context"], value: newName });
  await changeConfig(changes, context);
  context.stdout.write(`Context ${JSON.stringify(name)} renamed to ${JSON.stringify(newName)}.\n`);
}
