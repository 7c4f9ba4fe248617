import type { CommandEntry } from "./command.ts";

/** Every command, in the order of `kube --help`. */
export const commands: readonly CommandEntry[] = [
  {
    name: "version",
    summary: "Print the versions of kube, of its Kubernetes, and of the server",
    group: "Settings",
    load: async () => (await import("./commands/version.ts")).versionCommand,
  },
];
