import { subcommandsOnly } from "../../kubectl-command.ts";

export const certificateCommand = subcommandsOnly({
  usage: "SUBCOMMAND",
  bare: "help",
  examples: `  kube certificate approve node-csr-1
  kube certificate deny node-csr-1`,
  subcommands: [
    {
      name: "approve",
      summary: "Approve a certificate signing request",
      load: async () => (await import("../../certificate/certificate-approve.ts")).certificateApproveCommand,
    },
    {
      name: "deny",
      summary: "Deny a certificate signing request",
      load: async () => (await import("../../certificate/certificate-deny.ts")).certificateDenyCommand,
    },
  ],
});
