import type { CommandEntry } from "./command.ts";

/** Every command, in the order of `kube --help`. */
export const commands: readonly CommandEntry[] = [
  {
    name: "start",
    summary: "Start a cluster, or the stopped one again",
    group: "Cluster",
    load: async () => (await import("./commands/start.ts")).startCommand,
  },
  {
    name: "stop",
    summary: "Stop a cluster and keep its state",
    group: "Cluster",
    load: async () => (await import("./commands/stop.ts")).stopCommand,
  },
  {
    name: "status",
    summary: "Show whether a cluster runs, and where",
    group: "Cluster",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  {
    name: "list",
    summary: "List the clusters of this machine",
    group: "Cluster",
    load: async () => (await import("./commands/list.ts")).listCommand,
  },
  {
    name: "server",
    summary: "Run a cluster in the foreground, for service managers and debugging",
    group: "Cluster",
    load: async () => (await import("./commands/server.ts")).serverCommand,
  },
  {
    name: "get",
    summary: "Display one or many resources",
    group: "Objects",
    load: async () => (await import("./commands/get.ts")).getCommand,
  },
  {
    name: "create",
    summary: "Create a resource from a file or from stdin",
    group: "Objects",
    load: async () => (await import("./commands/create.ts")).createCommand,
  },
  {
    name: "apply",
    summary: "Apply a configuration to a resource by file name or stdin",
    group: "Objects",
    load: async () => (await import("./commands/apply.ts")).applyCommand,
  },
  {
    name: "replace",
    summary: "Replace a resource by file name or stdin",
    group: "Objects",
    load: async () => (await import("./commands/replace.ts")).replaceCommand,
  },
  {
    name: "patch",
    summary: "Update fields of a resource",
    group: "Objects",
    load: async () => (await import("./commands/patch.ts")).patchCommand,
  },
  {
    name: "label",
    summary: "Update the labels on a resource",
    group: "Objects",
    load: async () => (await import("./commands/label.ts")).labelCommand,
  },
  {
    name: "annotate",
    summary: "Update the annotations on a resource",
    group: "Objects",
    load: async () => (await import("./commands/annotate.ts")).annotateCommand,
  },
  {
    name: "delete",
    summary: "Delete objects, or without any the cluster itself",
    group: "Objects",
    load: async () => (await import("./commands/delete.ts")).deleteCommand,
  },
  {
    name: "logs",
    summary: "Print the logs for a container in a pod",
    group: "Troubleshooting",
    load: async () => (await import("./commands/logs.ts")).logsCommand,
  },
  {
    name: "diff",
    summary: "Show what apply would change",
    group: "Objects",
    load: async () => (await import("./commands/diff.ts")).diffCommand,
  },
  {
    name: "run",
    summary: "Run a particular image on the cluster",
    group: "Workloads",
    load: async () => (await import("./commands/run.ts")).runCommand,
  },
  {
    name: "expose",
    summary: "Expose a workload or pod as a new Service",
    group: "Workloads",
    load: async () => (await import("./commands/expose.ts")).exposeCommand,
  },
  {
    name: "set",
    summary: "Set specific features on objects",
    group: "Workloads",
    load: async () => (await import("./commands/set.ts")).setCommand,
  },
  {
    name: "exec",
    summary: "Execute a command in a container",
    group: "Troubleshooting",
    load: async () => (await import("./commands/exec.ts")).execCommand,
  },
  {
    name: "attach",
    summary: "Attach to a running container",
    group: "Troubleshooting",
    load: async () => (await import("./commands/attach.ts")).attachCommand,
  },
  {
    name: "cluster-info",
    summary: "Display cluster information",
    group: "Troubleshooting",
    load: async () => (await import("./commands/cluster-info.ts")).clusterInfoCommand,
  },
  {
    name: "api-resources",
    summary: "Print the supported API resources on the server",
    group: "Settings",
    load: async () => (await import("./commands/api-resources.ts")).apiResourcesCommand,
  },
  {
    name: "api-versions",
    summary: "Print the supported API versions on the server, in the form of group/version",
    group: "Settings",
    load: async () => (await import("./commands/api-versions.ts")).apiVersionsCommand,
  },
  {
    name: "version",
    summary: "Print the versions of kube, of its Kubernetes, and of the server",
    group: "Settings",
    load: async () => (await import("./commands/version.ts")).versionCommand,
  },
];
