import { timestamp } from "../../../lib/time/clock.ts";
import { UserError } from "../../../lib/user-error.ts";
import { fieldManagerFlag } from "../../flags/shared-flags.ts";
import { kubectlCommand } from "../../kubectl-command.ts";
import { objectIn } from "../../objects/api-object.ts";
import { printFlags } from "../../printers/print-flags.ts";
import { changeWorkloads, rolloutFlags } from "../../rollout/rollout-objects.ts";

const RESTARTABLE = new Set(["Deployment", "DaemonSet", "StatefulSet"]);

export const rolloutRestartCommand = kubectlCommand({
  usage: "RESOURCE",
  flags: { ...printFlags, ...rolloutFlags, "field-manager": fieldManagerFlag("kubectl-rollout") },
  examples: `  kube rollout restart deploy/web
  kube rollout restart deploy -l app=web`,
  async run(invocation) {
    const restartedAt = timestamp(invocation.context.clock.now());
    await changeWorkloads(invocation, {
      operation: "restarted",
      fieldManager: invocation.flags["field-manager"],
      patch({ mapping, name, object }) {
        const subject = `${mapping.resource}${mapping.group === "" ? "" : `.${mapping.group}`} ${JSON.stringify(name)}`;
        if (!RESTARTABLE.has(mapping.kind)) throw new UserError(`error: ${subject} restarting is not supported`);
        if (objectIn(object, "spec")["paused"] === true)
          throw new UserError(`error: ${subject} can't restart paused deployment (run rollout resume first)`);
        // A template that differs makes the controller replace all pods.
        return {
          spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": restartedAt } } } },
        };
      },
    });
  },
});
