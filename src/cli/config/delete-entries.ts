import { UserError } from "../../lib/user-error.ts";
import { type KubectlCommand, kubectlCommand, usageError } from "../kubectl-command.ts";
import { changeConfig } from "./change-config.ts";
import { BODY_KEYS, type ConfigList } from "./config-fields.ts";
import { readConfigFiles } from "./config-files.ts";
import type { PlainInvocation } from "./plain-invocation.ts";

export const deleteConfigClusterCommand = deleteCommand("clusters");
export const deleteContextCommand = deleteCommand("contexts");
export const deleteUserCommand = deleteCommand("users");

function deleteCommand(list: ConfigList): KubectlCommand {
  return kubectlCommand({
    usage: "NAME",
    flags: {},
    examples: `  kube config delete-${BODY_KEYS[list]} old`,
    run: async (invocation) => await deleteEntry(list, invocation),
  });
}

async function deleteEntry(list: ConfigList, invocation: PlainInvocation): Promise<void> {
  const { args, flags, context } = invocation;
  const noun = BODY_KEYS[list];
  const [name] = args;
  const files = await readConfigFiles(flags.kubeconfig, context);
  if (args.length !== 1 || name === undefined) throw usageError(invocation, `${noun} to delete is required`);
  const entry = files[list].get(name);
  if (!entry) throw new UserError(`cannot delete ${noun} ${name}, not in ${files.defaultFile}`);
  if (list === "contexts" && files.currentContext === name)
    context.stderr.write(
      'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
    );
  await changeConfig([{ kind: "delete-entry", file: entry.file, list, name }], context);
  context.stdout.write(`deleted ${noun} ${name} from ${files.defaultFile}\n`);
}
