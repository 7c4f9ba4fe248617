import { cronjobs, jobs } from "../../api/resources.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { stringFlag } from "../flags/flag.ts";
import { metadataOf, nameOf, objectIn, stringsIn, textIn } from "../objects/api-object.ts";
import { resourcePair } from "../objects/resource-arguments.ts";
import { requestResource } from "../objects/resource-requests.ts";
import type { Session } from "../session.ts";
import { commandArgs, generator, type GeneratedObject } from "./generator.ts";
import { container } from "./pod-template.ts";

export const createJobCommand = generator({
  usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
  examples: `  kube create job once --image=busybox -- date
  kube create job now --from=cronjob/nightly`,
  type: jobs,
  failure: "failed to create job: ",
  flags: {
    from: stringFlag("The name of the resource to create a Job from (only CronJob is supported)."),
    image: stringFlag("Image name to run."),
  },
  async build(invocation, name) {
    const { flags, session } = invocation;
    const command = commandArgs(invocation);
    if ((flags.image === "") === (flags.from === "")) throw new UserError("either --image or --from must be specified");
    if (flags.from !== "" && command.length > 0) throw new UserError("cannot specify --from and command");
    if (flags.from !== "") return await jobOfCronJob(session, flags.from);
    return { body: { spec: jobSpec(container(name, flags.image, command), "Never"), status: {} } };
  },
});

/** What a Job needs to run one container. */
export function jobSpec(only: JsonObject, restartPolicy: string): JsonObject {
  return { template: { metadata: {}, spec: { containers: [only], restartPolicy } } };
}

/** A Job as the CronJob would make it now. */
async function jobOfCronJob(session: Session, from: string): Promise<GeneratedObject> {
  const { type, name } = resourcePair(from);
  const mapping = (await session.mapper()).resourceFor(type);
  if (mapping.resource !== cronjobs.resource) throw new UserError("from must be an existing cronjob");
  const { namespace } = await session.target();
  const cronJob = await requestResource(await session.transport(), { mapping, namespace, name }, { method: "GET" });
  const template = objectIn(objectIn(cronJob, "spec"), "jobTemplate");
  const labels = stringsIn(metadataOf(template), "labels");
  return {
    metadata: {
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      annotations: { "cronjob.kubernetes.io/instantiate": "manual", ...stringsIn(metadataOf(template), "annotations") },
      ownerReferences: [
        {
          apiVersion: "batch/v1",
          kind: "CronJob",
          name: nameOf(cronJob),
          uid: textIn(metadataOf(cronJob), "uid"),
          controller: true,
        },
      ],
    },
    body: { spec: objectIn(template, "spec"), status: {} },
  };
}
