import { UserError } from "../../../lib/user-error.ts";
import { fieldManagerFlag } from "../../flags/shared-flags.ts";
import { kubectlCommand } from "../../kubectl-command.ts";
import { objectIn } from "../../objects/api-object.ts";
import type { LoadedObject } from "../../objects/load-objects.ts";
import { printFlags } from "../../printers/print-flags.ts";
import { changeWorkloads, rolloutFlags } from "../../rollout/rollout-objects.ts";

/** Only deployments can be paused; messages are kubectl's (polymorphichelpers/objectpauser.go). */
function pausePatch({ mapping, name, object }: LoadedObject, pauses: boolean): unknown {
  const subject = `error: ${mapping.resource}${mapping.group === "" ? "" : `.${mapping.group}`} ${JSON.stringify(name)}`;
  if (mapping.kind !== "Deployment")
    throw new UserError(`${subject} ${pauses ? "pausing" : "resuming"} is not supported`);
  const isPaused = objectIn(object, "spec")["paused"] === true;
  if (pauses && isPaused) throw new UserError(`${subject} is already paused`);
  if (!pauses && !isPaused) throw new UserError(`${subject} is not paused`);
  return { spec: { paused: pauses ? true : null } };
}

const pauseCommand = (operation: "paused" | "resumed", verb: "pause" | "resume") => {
  const fieldManager = `kubectl-rollout`;
  return kubectlCommand({
    usage: "RESOURCE",
    flags: { ...printFlags, ...rolloutFlags, "field-manager": fieldManagerFlag(fieldManager) },
    examples: `  kube rollout ${verb} deploy/web`,
    run: async (invocation) =>
      await changeWorkloads(invocation, {
        operation,
        fieldManager: invocation.flags["field-manager"],
        patch: (loaded) => pausePatch(loaded, operation === "paused"),
      }),
  });
};

export const rolloutPauseCommand = pauseCommand("paused", "pause");
export const rolloutResumeCommand = pauseCommand("resumed", "resume");
