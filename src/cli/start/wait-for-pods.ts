import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { InformerFactory } from "../../client/informer-factory.ts";
import type { DataDirectory } from "../../cluster/config/data-directory.ts";
import { runningContainerIds } from "../../cluster/process/running-containers.ts";
import { runningServer } from "../../cluster/process/server-record.ts";
import { type StepListener, step } from "../../cluster/process/steps.ts";
import { goDuration } from "../../lib/go/go-duration.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { ownedCluster } from "../owner/owner-connection.ts";

interface WaitOptions {
  readonly timeoutMs: number;
  readonly onStep: StepListener;
}

const MOST_NAMED = 5;

/** Resolves when every pod that is to run is Ready, and that since this start: what the last one left in their status does not count. */
export async function waitForPods(
  directory: DataDirectory,
  { timeoutMs, onStep }: WaitOptions,
  context: CliContext,
): Promise<void> {
  using owned = await ownedCluster(directory.cluster, context);
  const { clock, log } = context;
  await using informers = new InformerFactory(owned.client, { clock, log });
  const informer = informers.informer(pods);
  const startedAt = Date.parse((await runningServer(directory))?.startedAt ?? "");
  const adopted = await runningContainerIds(directory, clock);
  const missing = (): readonly Pod[] => informer.list().filter((pod) => !isThere(pod, { startedAt, adopted }));
  const late = new AbortController();
  using _timer = clock.setTimeout(() => late.abort(), timeoutMs);
  await step("Pods", onStep, async () => {
    try {
      const signal = AbortSignal.any([context.signal, late.signal]);
      await informer.synced(signal);
      await informer.until(() => missing().length === 0, signal);
    } catch (error) {
      if (!late.signal.aborted) throw error;
      const names = missing().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
      throw new UserError(
        `Not ready within ${goDuration(timeoutMs)}: ${names.slice(0, MOST_NAMED).join(", ")}${more}`,
        { hint: `The cluster runs. "kube describe pod" says what a pod waits for`, cause: error },
      );
    }
  });
}

interface SinceStart {
  readonly startedAt: number;
  /** Containers that were running already, and still are. */
  readonly adopted: ReadonlySet<string>;
}

/** What has come to its end, or is about to go, is waited for by nobody. */
function isThere({ metadata, status }: Pod, { startedAt, adopted }: SinceStart): boolean {
  if (metadata.deletionTimestamp !== undefined) return true;
  if (status?.phase === "Succeeded" || status?.phase === "Failed") return true;
  if (status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True") return false;
  return (status.containerStatuses ?? []).every(({ containerID = "", state }) => {
    const id = containerID.replace(/^.*:\/\//, "");
    // Status times have whole seconds only.
    return adopted.has(id) || Date.parse(state?.running?.startedAt ?? "") >= Math.floor(startedAt / 1000) * 1000;
  });
}
