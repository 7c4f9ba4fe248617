import { kubernetesVersion, kubeVersion } from "../../lib/version.ts";
import type { CliCommand } from "../command.ts";

export const versionCommand: CliCommand = {
  configure(command, context) {
    command.option("--client", "only this program, without asking a server").action(() => {
      context.stdout.write(`Client Version: ${kubernetesVersion.gitVersion}\nkube ${kubeVersion}\n`);
    });
  },
};
