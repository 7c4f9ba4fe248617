import { byteOrder } from "../../lib/json/json-text.ts";
import { UserError } from "../../lib/user-error.ts";
import { type KubectlCommand, kubectlCommand } from "../kubectl-command.ts";
import type { ConfigList } from "./config-fields.ts";
import { readConfigFiles } from "./config-files.ts";

export const getClustersCommand = listCommand("clusters");
export const getUsersCommand = listCommand("users");

export const currentContextCommand = kubectlCommand({
  usage: "",
  flags: {},
  examples: `  kube config current-context`,
  async run({ flags, context }) {
    const { currentContext } = await readConfigFiles(flags.kubeconfig, context);
    if (currentContext === "") throw new UserError("current-context is not set");
    context.stdout.write(`${currentContext}\n`);
  },
});

function listCommand(list: ConfigList): KubectlCommand {
  return kubectlCommand({
    usage: "",
    flags: {},
    examples: `  kube config get-${list}`,
    async run({ flags, context }) {
      const files = await readConfigFiles(flags.kubeconfig, context);
      const names = [...files[list].keys()].toSorted(byteOrder);
      context.stdout.write(["NAME", ...names].map((line) => `${line}\n`).join(""));
    },
  });
}
