import { ApiError } from "../../../api/api-error.ts";
import type { Status } from "../../../api/types/meta-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { ExitError } from "../../command.ts";
import { booleanFlag, durationFlag, integerFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { resourceVersionOf } from "../../objects/api-object.ts";
import type { LoadedObject } from "../../objects/load-objects.ts";
import { watchResource } from "../../objects/resource-requests.ts";
import { throwAll } from "../../objects/visit.ts";
import { rolloutFlags, rolloutObjects } from "../../rollout/rollout-objects.ts";
import { rolloutStatus } from "../../rollout/rollout-status.ts";

const statusFlags = {
  ...rolloutFlags,
  revision: integerFlag("Pin to a specific revision for showing its status. Defaults to 0 (last revision)."),
  timeout: durationFlag(
    "The length of time to wait before ending watch, zero means never. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).",
  ),
  watch: booleanFlag("Watch the status of the rollout until it's done.", { short: "w", default: true }),
};

type StatusInvocation = Invocation<typeof statusFlags>;

export const rolloutStatusCommand = kubectlCommand({
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  flags: statusFlags,
  examples: `  kube rollout status deploy/web --timeout=1m`,
  async run(invocation) {
    const { flags, context, session } = invocation;
    if (flags.revision < 0) throw new UserError(`revision must be a positive integer: ${flags.revision}`);
    const { objects, errors } = await rolloutObjects(invocation);
    throwAll(errors);
    if (objects.length === 0)
      context.stderr.write(`No resources found in ${(await session.target()).namespace} namespace.\n`);
    // oxlint-disable-next-line no-await-in-loop -- one rollout after the other, as they were named
    for (const loaded of objects) await followRollout(loaded, invocation);
  },
});

async function followRollout(loaded: LoadedObject, { flags, context, session }: StatusInvocation): Promise<void> {
  const { mapping, namespace, name } = loaded;
  const status = rolloutStatus(loaded.object, flags.revision);
  context.stdout.write(status.text);
  if (status.isDone || !flags.watch) return;
  const expired = new AbortController();
  using _ = flags.timeout > 0 ? context.clock.setTimeout(() => expired.abort(), flags.timeout) : undefined;
  let resourceVersion = resourceVersionOf(loaded.object);
  try {
    // Servers end watches after a while: the next begins where the last one ended.
    for (;;) {
      const changes = watchResource(
        await session.transport(),
        { mapping, namespace },
        {
          query: { fieldSelector: `metadata.name=${name}`, resourceVersion },
          signal: AbortSignal.any([context.signal, expired.signal]),
        },
      );
      // oxlint-disable-next-line no-await-in-loop -- one watch after the other
      for await (const { type, object } of changes) {
        // Parse edge: an ERROR frame carries a Status.
        if (type === "ERROR") throw new ApiError(object as unknown as Status);
        if (type === "DELETED") throw new UserError("object has been deleted");
        resourceVersion = resourceVersionOf(object);
        const { text, isDone } = rolloutStatus({ ...object, kind: mapping.kind }, flags.revision);
        context.stdout.write(text);
        if (isDone) return;
      }
    }
  } catch (error) {
    if (context.signal.aborted) throw new ExitError(1);
    if (expired.signal.aborted) throw new UserError("timed out waiting for the condition");
    throw error;
  }
}
