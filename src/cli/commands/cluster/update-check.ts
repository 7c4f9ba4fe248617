import { kubernetesVersion, kubeVersion } from "../../../lib/version.ts";
import type { CliCommand } from "../../command.ts";

export const updateCheckCommand: CliCommand = {
  configure(command, context) {
    command
      .addHelpText(
        "after",
        `
KUBE_UPDATE_URL names the address of a text with the newest version, such as "v1.2.3". Without it nobody is asked. No answer is no failure.

Examples:
  kube update-check
  KUBE_UPDATE_URL=https://example.org/kube/latest kube update-check`,
      )
      .action(async () => {
        const url = context.env["KUBE_UPDATE_URL"];
        context.stdout.write(`CurrentVersion: ${kubeVersion}\nKubernetes: ${kubernetesVersion.gitVersion}\n`);
        context.stdout.write(`LatestVersion: ${url ? await latestVersion(url, context.signal) : WITHOUT_ADDRESS}\n`);
      });
  },
};

const WITHOUT_ADDRESS = "unknown (this build knows no place to ask; KUBE_UPDATE_URL names one)";
const LONGEST_WAIT_MS = 5000;

async function latestVersion(url: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]) });
    const version = /^v?\d+\.\d+\.\d+\S*/.exec((await response.text()).trim())?.[0];
    if (!response.ok || version === undefined) return `unknown (${url} answered ${response.status}, and no version)`;
    return version;
  } catch (error) {
    return `unknown (${url} does not answer: ${error instanceof Error ? error.message : String(error)})`;
  }
}
