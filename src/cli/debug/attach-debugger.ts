import { apiError } from "../../api/api-error.ts";
import { pods } from "../../api/resources.ts";
import type { ContainerStatus, Pod } from "../../api/types/core-v1.ts";
import { UserError } from "../../lib/user-error.ts";
import { ExitError } from "../command.ts";
import type { CliContext } from "../context.ts";
import { messageOf } from "../error-message.ts";
import { type ApiObject, resourceVersionOf } from "../objects/api-object.ts";
import { requestResource, watchResource } from "../objects/resource-requests.ts";
import type { Session } from "../session.ts";
import { attachToPod } from "../streams/attach-pod.ts";

export interface AttachDebuggerOptions {
  readonly container: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
}

/** Waits for the debugging container and joins it; if it has ended already, shows what it wrote. */
export async function attachDebugger(
  { metadata: { name = "", namespace = "" } }: Pod,
  options: AttachDebuggerOptions,
  session: Session,
  context: CliContext,
): Promise<void> {
  const pod = await startedPod(session, { name, namespace }, options, context);
  if (statusOf(pod, options.container)?.state?.terminated) return await printLog(session, pod, options.container);
  try {
    await attachToPod(pod, { ...options, detachKeys: "" }, session, context);
  } catch (error) {
    if (error instanceof ExitError) throw error;
    context.stderr.write(
      `warning: couldn't attach to pod/${name}, falling back to streaming logs: ${messageOf(error)}\n`,
    );
    await printLog(session, pod, options.container);
  }
}

async function startedPod(
  session: Session,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  { container, quiet }: AttachDebuggerOptions,
  { signal, stderr }: CliContext,
): Promise<Pod> {
  const transport = await session.transport();
  const hasStarted = (pod: Pod): boolean => {
    const { running, terminated, waiting } = statusOf(pod, container)?.state ?? {};
    if (running || terminated) return true;
    if (!quiet && waiting?.message) stderr.write(`Warning: container ${container}: ${waiting.message}\n`);
    return false;
  };
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- a watch that ends is begun anew
    const current = await requestResource(transport, { mapping: pods, namespace, name }, { method: "GET", signal });
    if (hasStarted(asPod(current))) return asPod(current);
    const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: resourceVersionOf(current) };
    // oxlint-disable-next-line no-await-in-loop -- events come one after the other
    for await (const { type, object } of watchResource(transport, { mapping: pods, namespace }, { query, signal })) {
      if (type === "DELETED") throw apiError("NotFound", 'pods "" not found');
      if (type === "ERROR") break;
      if (hasStarted(asPod(object))) return asPod(object);
    }
  }
  throw new UserError("timed out waiting for the condition");
}

function statusOf({ status }: Pod, name: string): ContainerStatus | undefined {
  const all = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  return all.find((each) => each.name === name);
}

/** Parse edge: the server answers about pods with pods. */
const asPod = (object: ApiObject): Pod => object as unknown as Pod;

async function printLog(session: Session, { metadata }: Pod, container: string): Promise<void> {
  const { name = "", namespace = "" } = metadata;
  const pod = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  const response = await (
    await session.transport()
  ).raw({ method: "GET", path: `${pod}/log?container=${encodeURIComponent(container)}` });
  session.context.stdout.write(await response.text());
}
