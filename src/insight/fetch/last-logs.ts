import { isApiError } from "../../api/api-error.ts";
import { controllerOf } from "../../api/owner-references.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import { logKey } from "../snapshot.ts";

const LINES = 10;
/** Longer lines are of no use to people. */
const MOST_BYTES = 4096;
const MOST_LOGS = 30;

interface WantedLog {
  readonly pod: Pod;
  readonly container: string;
  /** Of the run before the present one, which has not begun. */
  readonly previous: boolean;
}

/** The ends of the logs of containers that died. Siblings die of the same, so one of them is enough. */
export async function readLastLogs(
  transport: HttpsTransport,
  pods: readonly Pod[],
): Promise<ReadonlyMap<string, string>> {
  const byOwner = new Map<string, WantedLog>();
  for (const wanted of pods.flatMap(crashedContainers)) {
    const key = `${controllerOf(wanted.pod)?.uid ?? wanted.pod.metadata.uid}/${wanted.container}`;
    if (!byOwner.has(key)) byOwner.set(key, wanted);
  }
  const logs = await Promise.all(
    [...byOwner.values()].slice(0, MOST_LOGS).map(async (wanted) => {
      const log = await readLog(transport, wanted);
      return log === undefined ? [] : ([[logKey(wanted.pod, wanted.container), log]] as const);
    }),
  );
  return new Map(logs.flat());
}

function crashedContainers(pod: Pod): readonly WantedLog[] {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses].flatMap(
    ({ name, state, lastState }): readonly WantedLog[] => {
      if (state?.terminated && state.terminated.exitCode !== 0) return [{ pod, container: name, previous: false }];
      if (state?.waiting?.reason === "CrashLoopBackOff" && lastState?.terminated)
        return [{ pod, container: name, previous: true }];
      return [];
    },
  );
}

/** A log that cannot be had is no reason not to tell the rest. */
async function readLog(
  transport: HttpsTransport,
  { pod, container, previous }: WantedLog,
): Promise<string | undefined> {
  const { namespace = "", name = "" } = pod.metadata;
  const query = new URLSearchParams({ container, tailLines: String(LINES), previous: String(previous) });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log?${query.toString()}`;
  try {
    const text = await (await transport.raw({ method: "GET", path })).text();
    return text.length > MOST_BYTES ? text.slice(-MOST_BYTES) : text;
  } catch (error) {
    if (isApiError(error)) return undefined;
    throw error;
  }
}
