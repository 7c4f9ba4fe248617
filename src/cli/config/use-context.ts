import { UserError } from "../../lib/user-error.ts";
import { kubectlCommand } from "../kubectl-command.ts";
import { changeConfig } from "./change-config.ts";
import { readConfigFiles } from "./config-files.ts";
import type { PlainInvocation } from "./plain-invocation.ts";
import { unexpectedArgs } from "./unexpected-args.ts";

export const useContextCommand = kubectlCommand({
  usage: "CONTEXT_NAME",
  flags: {},
  examples: `  kube config use-context kube`,
  run: useContext,
});

async function useContext({ args, flags, context }: PlainInvocation): Promise<void> {
  const [name] = args;
  if (name === undefined || args.length !== 1) throw unexpectedArgs(args);
  const files = await readConfigFiles(flags.kubeconfig, context);
  if (name === "") throw new UserError("empty context names are not allowed");
  if (!files.contexts.has(name)) throw new UserError(`no context exists with the name: ${JSON.stringify(name)}`);
  // kubectl writes it to the first file there is, where it wins over all others.
  if (files.currentContext !== name)
    await changeConfig(
      [{ kind: "set-value", file: files.defaultFile, path: ["current-context"], value: name }],
      context,
    );
  context.stdout.write(`Switched to context ${JSON.stringify(name)}.\n`);
}
