import type { SubcommandEntry } from "../kubectl-command.ts";

/** What `kube create` can make from flags alone. */
export const createSubcommands: readonly SubcommandEntry[] = [
  {
    name: "clusterrole",
    summary: "Create a cluster role",
    load: async () => (await import("./roles.ts")).createClusterRoleCommand,
  },
  {
    name: "clusterrolebinding",
    summary: "Create a cluster role binding for a particular cluster role",
    load: async () => (await import("./role-bindings.ts")).createClusterRoleBindingCommand,
  },
  {
    name: "configmap",
    aliases: ["cm"],
    summary: "Create a config map from a local file, directory or literal value",
    load: async () => (await import("./config-map.ts")).createConfigMapCommand,
  },
  {
    name: "cronjob",
    aliases: ["cj"],
    summary: "Create a cron job with the specified name",
    load: async () => (await import("./cron-job.ts")).createCronJobCommand,
  },
  {
    name: "deployment",
    aliases: ["deploy"],
    summary: "Create a deployment with the specified name",
    load: async () => (await import("./deployment.ts")).createDeploymentCommand,
  },
  {
    name: "ingress",
    aliases: ["ing"],
    summary: "Create an ingress with the specified name",
    load: async () => (await import("./ingress.ts")).createIngressCommand,
  },
  {
    name: "job",
    summary: "Create a job with the specified name",
    load: async () => (await import("./job.ts")).createJobCommand,
  },
  {
    name: "namespace",
    aliases: ["ns"],
    summary: "Create a namespace with the specified name",
    load: async () => (await import("./simple-objects.ts")).createNamespaceCommand,
  },
  {
    name: "poddisruptionbudget",
    aliases: ["pdb"],
    summary: "Create a pod disruption budget with the specified name",
    load: async () => (await import("./pod-disruption-budget.ts")).createPodDisruptionBudgetCommand,
  },
  {
    name: "priorityclass",
    aliases: ["pc"],
    summary: "Create a priority class with the specified name",
    load: async () => (await import("./simple-objects.ts")).createPriorityClassCommand,
  },
  {
    name: "quota",
    aliases: ["resourcequota"],
    summary: "Create a quota with the specified name",
    load: async () => (await import("./simple-objects.ts")).createQuotaCommand,
  },
  {
    name: "role",
    summary: "Create a role with single rule",
    load: async () => (await import("./roles.ts")).createRoleCommand,
  },
  {
    name: "rolebinding",
    summary: "Create a role binding for a particular role or cluster role",
    load: async () => (await import("./role-bindings.ts")).createRoleBindingCommand,
  },
  {
    name: "secret",
    summary: "Create a secret using a specified subcommand",
    load: async () => (await import("./secret.ts")).createSecretCommand,
  },
  {
    name: "service",
    aliases: ["svc"],
    summary: "Create a service using a specified subcommand",
    load: async () => (await import("./service.ts")).createServiceCommand,
  },
  {
    name: "serviceaccount",
    aliases: ["sa"],
    summary: "Create a service account with the specified name",
    load: async () => (await import("./simple-objects.ts")).createServiceAccountCommand,
  },
  {
    name: "token",
    summary: "Request a service account token",
    load: async () => (await import("./token.ts")).createTokenCommand,
  },
];
