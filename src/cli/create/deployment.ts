import { deployments } from "../../api/resources.ts";
import { UserError } from "../../lib/user-error.ts";
import { integerFlag, listFlag } from "../flags/flag.ts";
import { commandArgs, generator } from "./generator.ts";
import { container, containerName } from "./pod-template.ts";

export const createDeploymentCommand = generator({
  usage: "NAME --image=image -- [COMMAND] [args...]",
  examples: `  kube create deployment web --image=nginx --replicas=3 --port=80`,
  type: deployments,
  failure: "failed to create deployment: ",
  flags: {
    image: listFlag("Image names to run. A deployment can have multiple images set for multi-container pod."),
    port: integerFlag("The containerPort that this deployment exposes.", { default: -1 }),
    replicas: integerFlag("Number of replicas to create. Default is 1.", { short: "r", default: 1 }),
  },
  required: ["image"],
  build(invocation, name) {
    const { flags } = invocation;
    const command = commandArgs(invocation);
    if (flags.image.length > 1 && command.length > 0)
      throw new UserError("cannot specify multiple --image options and command");
    const labels = { app: name };
    const containers = flags.image.map((image, index) => {
      const made = container(containerName(image), image, command);
      const { resources, ...rest } = made;
      return index === 0 && flags.port >= 0 ? { ...rest, ports: [{ containerPort: flags.port }], resources } : made;
    });
    return {
      metadata: { labels },
      body: {
        spec: {
          replicas: flags.replicas,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers } },
          strategy: {},
        },
        status: {},
      },
    };
  },
});
