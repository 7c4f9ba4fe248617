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
    name: "delete",
    summary: "Delete objects, or without any the cluster itself",
    group: "Objects",
    load: async () => (await import("./commands/delete.ts")).deleteCommand,
  },
  {
    name: "version",
    summary: "Print the versions of kube, of its Kubernetes, and of the server",
    group: "Settings",
    load: async () => (await import("./commands/version.ts")).versionCommand,
  },
];
