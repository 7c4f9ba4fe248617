import { type SubcommandEntry, subcommandsOnly } from "../../kubectl-command.ts";

const subcommands: readonly SubcommandEntry[] = [
  {
    name: "can-i",
    summary: "Check whether an action is allowed",
    load: async () => (await import("./auth-can-i.ts")).authCanICommand,
  },
  {
    name: "reconcile",
    summary: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
    load: async () => (await import("./auth-reconcile.ts")).authReconcileCommand,
  },
  {
    name: "whoami",
    summary: "Experimental: Check self subject attributes",
    load: async () => (await import("./auth-whoami.ts")).authWhoAmICommand,
  },
];

export const authCommand = subcommandsOnly({
  usage: "SUBCOMMAND",
  subcommands,
  examples: `  kube auth can-i create pods`,
});
