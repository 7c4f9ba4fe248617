import { kubectlCommand, usageError } from "../kubectl-command.ts";

export const setCommand = kubectlCommand({
  usage: "SUBCOMMAND",
  flags: {},
  subcommands: [
    {
      name: "image",
      summary: "Update the image of a pod template",
      load: async () => (await import("../set/set-image.ts")).setImageCommand,
    },
    {
      name: "env",
      summary: "Update environment variables on a pod template",
      load: async () => (await import("../set/set-env.ts")).setEnvCommand,
    },
    {
      name: "resources",
      summary: "Update resource requests/limits on objects with pod templates",
      load: async () => (await import("../set/set-resources.ts")).setResourcesCommand,
    },
  ],
  run(invocation) {
    throw usageError(invocation, "Name one of image, env and resources");
  },
});
