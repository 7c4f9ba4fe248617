import type { CommandEntry } from "./command.ts";

/** Commands about the clusters of this machine and its engine, beyond those that everybody needs: minikube's users know them. */
export const machineCommands: readonly CommandEntry[] = [
  {
    name: "pause",
    summary: "Freeze a cluster: its containers stop where they are, and nothing is decided",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/pause.ts")).pauseCommand,
  },
  {
    name: "unpause",
    summary: "Let a paused cluster go on",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/unpause.ts")).unpauseCommand,
  },
  {
    name: "profile",
    summary: "Show or choose the cluster that commands are about, or list all",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/profile.ts")).profileCommand,
  },
  {
    name: "update-context",
    summary: "Write a cluster's context to the kubeconfig again, and use it",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/update-context.ts")).updateContextCommand,
  },
  {
    name: "update-check",
    summary: "Print this version of kube, and whether there is a newer one",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/update-check.ts")).updateCheckCommand,
  },
  {
    name: "kubectl",
    summary: "Run a command line of kubectl: kube kubectl -- get pods",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/kubectl.ts")).kubectlCommand,
  },
  {
    name: "image",
    summary: "Work with the images of this machine's Docker, which pods have",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/image.ts")).imageCommand,
  },
  {
    name: "docker-env",
    summary: "Print how docker reaches the engine of the pods: the one it uses anyway",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/docker-env.ts")).dockerEnvCommand,
  },
  {
    name: "ssh",
    summary: "Open a shell on a node, which is this machine",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/ssh.ts")).sshCommand,
  },
  {
    name: "mount",
    summary: "Let hostPath volumes find a folder of this machine at another path",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/mount.ts")).mountCommand,
  },
  {
    name: "addons",
    summary: "List, switch on and switch off what is built in",
    group: "Cluster",
    load: async () => (await import("./commands/cluster/addons.ts")).addonsCommand,
  },
];
