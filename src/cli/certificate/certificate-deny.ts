import { kubectlCommand } from "../kubectl-command.ts";
import { decideFlags, decideRequests } from "./decide-requests.ts";

export const certificateDenyCommand = kubectlCommand({
  usage: "(-f FILENAME | NAME)",
  flags: decideFlags("denied"),
  examples: `  kube certificate deny node-csr-1`,
  run: async (invocation) =>
    await decideRequests(invocation, {
      condition: "Denied",
      excluded: "Approved",
      reason: "KubectlDeny",
      message: "This CSR was denied by kubectl certificate deny.",
    }),
});
