import { cronjobs } from "../../api/resources.ts";
import { stringFlag } from "../flags/flag.ts";
import { commandArgs, generator } from "./generator.ts";
import { jobSpec } from "./job.ts";
import { container } from "./pod-template.ts";

export const createCronJobCommand = generator({
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
  examples: `  kube create cronjob nightly --image=busybox --schedule="0 3 * * *" -- date`,
  type: cronjobs,
  failure: "failed to create cronjob: ",
  flags: {
    image: stringFlag("Image name to run."),
    restart: stringFlag("job's restart policy. supported values: OnFailure, Never"),
    schedule: stringFlag("A schedule in the Cron format the job should be run with."),
  },
  required: ["image", "schedule"],
  build(invocation, name) {
    const { flags } = invocation;
    const only = container(name, flags.image, commandArgs(invocation));
    return {
      body: {
        spec: {
          schedule: flags.schedule,
          jobTemplate: { metadata: { name }, spec: jobSpec(only, flags.restart || "OnFailure") },
        },
        status: {},
      },
    };
  },
});
