import { apiError, ApiError } from "../../api/api-error.ts";
import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { UserError } from "../../lib/user-error.ts";
import { ExitError } from "../command.ts";
import type { CliContext } from "../context.ts";
import { messageOf } from "../error-message.ts";
import { type ApiObject, nameOf, namespaceOf, resourceVersionOf } from "../objects/api-object.ts";
import { requestResource, watchResource } from "../objects/resource-requests.ts";
import type { Session } from "../session.ts";
import { type AttachOptions, attachToPod } from "../streams/attach-pod.ts";

export interface NewPodOptions extends AttachOptions {
  /** Also wait for the end of the pod, and end as it ended. */
  readonly waitsForEnd: boolean;
  /** A pod that restarts after failures is at its end only when it succeeds. */
  readonly endsBySuccessOnly: boolean;
  readonly timeoutMs: number;
}

/** Waits until a new pod runs, joins it, and then ends with the exit code of its container. */
export async function attachToNewPod(
  created: ApiObject,
  options: NewPodOptions,
  session: Session,
  context: CliContext,
): Promise<void> {
  const key = { name: nameOf(created), namespace: namespaceOf(created) };
  const started = await waitForPod(session, key, { until: isStarted, timeoutMs: options.timeoutMs, context });
  await printLog(session, started, context);
  if (!isCompleted(started)) {
    try {
      await attachToPod(started, options, session, context);
    } catch (error) {
      context.stderr.write(
        `warning: couldn't attach to pod/${key.name}, falling back to streaming logs: ${messageOf(error)}\n`,
      );
      await printLog(session, started, context);
    }
  }
  if (!options.waitsForEnd) return;
  const until = options.endsBySuccessOnly ? hasSucceeded : isCompleted;
  const ended = await waitForPod(session, key, { until, timeoutMs: options.timeoutMs, context });
  if (ended.status?.phase === "Failed") throw failure(ended, context);
}

const isCompleted = ({ status }: Pod): boolean => status?.phase === "Succeeded" || status?.phase === "Failed";
const hasSucceeded = ({ status }: Pod): boolean => status?.phase === "Succeeded";

const isStarted = (pod: Pod): boolean =>
  isCompleted(pod) ||
  (pod.status?.phase === "Running" &&
    pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true);

interface PodWait {
  readonly until: (pod: Pod) => boolean;
  readonly timeoutMs: number;
  readonly context: CliContext;
}

async function waitForPod(
  session: Session,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  { until, timeoutMs, context }: PodWait,
): Promise<Pod> {
  const transport = await session.transport();
  const expired = new AbortController();
  using _ = context.clock.setTimeout(() => expired.abort(), timeoutMs);
  const signal = AbortSignal.any([context.signal, expired.signal]);
  const fieldSelector = `metadata.name=${name}`;
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- a watch that ends is begun anew
      const current = await requestResource(transport, { mapping: pods, namespace, name }, { method: "GET", signal });
      if (until(asPod(current))) return asPod(current);
      const query = { fieldSelector, resourceVersion: resourceVersionOf(current) };
      // oxlint-disable-next-line no-await-in-loop -- events come one after the other
      for await (const { type, object } of watchResource(transport, { mapping: pods, namespace }, { query, signal })) {
        if (type === "DELETED") throw apiError("NotFound", 'pods "" not found');
        if (type === "ERROR") break;
        if (until(asPod(object))) return asPod(object);
      }
    }
  } catch (error) {
    if (expired.signal.aborted && !(error instanceof ApiError))
      throw new UserError("timed out waiting for the condition");
    throw error;
  }
}

/** Parse edge: the server answers about pods with pods. */
const asPod = (object: ApiObject): Pod => object as unknown as Pod;

async function printLog(session: Session, { metadata }: Pod, { stdout, stderr }: CliContext): Promise<void> {
  const { name = "", namespace = "" } = metadata;
  try {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
    const response = await (await session.transport()).raw({ method: "GET", path });
    stdout.write(await response.text());
  } catch (error) {
    stderr.write(`warning: couldn't fetch pre-attach logs: ${messageOf(error)}\n`);
  }
}

/** The exit code is the container's; kubectl says so without calling it an error. */
function failure({ metadata, status }: Pod, { stderr }: CliContext): Error {
  const pod = `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
  const ended = status?.containerStatuses?.[0]?.state?.terminated;
  if (!ended || ended.exitCode === 0) return new UserError(`pod ${pod} failed with unknown exit code`);
  stderr.write(`pod ${pod} terminated (${ended.reason ?? ""})\n${ended.message ? `${ended.message}\n` : ""}`);
  return new ExitError(ended.exitCode);
}
