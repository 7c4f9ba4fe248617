import { kubectlCommand } from "../kubectl-command.ts";
import { decideFlags, decideRequests } from "./decide-requests.ts";

export const certificateApproveCommand = kubectlCommand({
  usage: "(-f FILENAME | NAME)",
  flags: decideFlags("approved"),
  examples: `  kube certificate approve node-csr-1`,
  run: async (invocation) =>
    await decideRequests(invocation, {
      condition: "Approved",
      excluded: "Denied",
      reason: "KubectlApprove",
      message: "This CSR was approved by kubectl certificate approve.",
    }),
});
