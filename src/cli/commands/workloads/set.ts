import { subcommandsOnly } from "../../kubectl-command.ts";

export const setCommand = subcommandsOnly({
  usage: "SUBCOMMAND",
  examples: `  kube set image deployment/web web=example/web:2
  kube set env deployment/web COLOR=blue
  kube set resources deployment/web --limits=memory=256Mi`,
  subcommands: [
    {
      name: "env",
      summary: "Update environment variables on a pod template",
      load: async () => (await import("../../set/set-env.ts")).setEnvCommand,
    },
    {
      name: "image",
      summary: "Update the image of a pod template",
      load: async () => (await import("../../set/set-image.ts")).setImageCommand,
    },
    {
      name: "resources",
      summary: "Update resource requests/limits on objects with pod templates",
      load: async () => (await import("../../set/set-resources.ts")).setResourcesCommand,
    },
    {
      name: "selector",
      summary: "Set the selector on a resource",
      load: async () => (await import("../../set/set-selector.ts")).setSelectorCommand,
    },
    {
      name: "serviceaccount",
      aliases: ["sa"],
      summary: "Update the service account of a resource",
      load: async () => (await import("../../set/set-service-account.ts")).setServiceAccountCommand,
    },
    {
      name: "subject",
      summary: "Update the user, group, or service account in a role binding or cluster role binding",
      load: async () => (await import("../../set/set-subject.ts")).setSubjectCommand,
    },
  ],
});
