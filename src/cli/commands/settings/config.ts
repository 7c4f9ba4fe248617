import { type SubcommandEntry, subcommandsOnly } from "../../kubectl-command.ts";

const subcommands: readonly SubcommandEntry[] = [
  {
    name: "current-context",
    summary: "Display the current-context",
    load: async () => (await import("../../config/list-entries.ts")).currentContextCommand,
  },
  {
    name: "delete-cluster",
    summary: "Delete the specified cluster from the kubeconfig",
    load: async () => (await import("../../config/delete-entries.ts")).deleteConfigClusterCommand,
  },
  {
    name: "delete-context",
    summary: "Delete the specified context from the kubeconfig",
    load: async () => (await import("../../config/delete-entries.ts")).deleteContextCommand,
  },
  {
    name: "delete-user",
    summary: "Delete the specified user from the kubeconfig",
    load: async () => (await import("../../config/delete-entries.ts")).deleteUserCommand,
  },
  {
    name: "get",
    summary: "Print a default of clusters to come",
    isOwn: true,
    load: async () => (await import("../../config/cluster-defaults.ts")).getDefaultCommand,
  },
  {
    name: "get-clusters",
    summary: "Display clusters defined in the kubeconfig",
    load: async () => (await import("../../config/list-entries.ts")).getClustersCommand,
  },
  {
    name: "get-contexts",
    summary: "Describe one or many contexts",
    load: async () => (await import("../../config/get-contexts.ts")).getContextsCommand,
  },
  {
    name: "get-users",
    summary: "Display users defined in the kubeconfig",
    load: async () => (await import("../../config/list-entries.ts")).getUsersCommand,
  },
  {
    name: "list",
    summary: "List the defaults of clusters to come",
    isOwn: true,
    load: async () => (await import("../../config/cluster-defaults.ts")).listDefaultsCommand,
  },
  {
    name: "rename-context",
    summary: "Rename a context from the kubeconfig file",
    load: async () => (await import("../../config/rename-context.ts")).renameContextCommand,
  },
  {
    name: "set",
    summary: "Set an individual value in a kubeconfig file",
    load: async () => (await import("../../config/set-property.ts")).setPropertyCommand,
  },
  {
    name: "set-cluster",
    summary: "Set a cluster entry in kubeconfig",
    load: async () => (await import("../../config/set-cluster.ts")).setClusterCommand,
  },
  {
    name: "set-context",
    summary: "Set a context entry in kubeconfig",
    load: async () => (await import("../../config/set-context.ts")).setContextCommand,
  },
  {
    name: "set-credentials",
    summary: "Set a user entry in kubeconfig",
    load: async () => (await import("../../config/set-credentials.ts")).setCredentialsCommand,
  },
  {
    name: "unset",
    summary: "Unset an individual value in a kubeconfig file",
    load: async () => (await import("../../config/set-property.ts")).unsetPropertyCommand,
  },
  {
    name: "use-context",
    aliases: ["use"],
    summary: "Set the current-context in a kubeconfig file",
    load: async () => (await import("../../config/use-context.ts")).useContextCommand,
  },
  {
    name: "view",
    summary: "Display merged kubeconfig settings or a specified kubeconfig file",
    load: async () => (await import("../../config/view.ts")).viewCommand,
  },
];

export const configCommand = subcommandsOnly({
  usage: "SUBCOMMAND",
  subcommands,
  examples: `  kube config get-contexts
  kube config use-context kube
  kube config set-context --current --namespace=web
  kube config view --minify --raw
  kube config set nodes 3                       a default of clusters to come; kube config list shows all`,
});
