import { labelSelectorOf, selectorOfLabels } from "../../api/label-selector.ts";
import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import type { Client } from "../../client/client.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { groupOf, kindOf, nameOf, namespaceOf, objectIn, type ApiObject } from "../objects/api-object.ts";
import type { Session } from "../session.ts";
import { byActivity } from "./pod-order.ts";

const SELECTOR_KINDS = new Set([
  "ReplicaSet.apps",
  "StatefulSet.apps",
  "DaemonSet.apps",
  "Deployment.apps",
  "Job.batch",
]);

/** The selector of the pods that belong to an object, as text; messages are kubectl's. */
function podSelectorOf(object: ApiObject, purpose: string): string {
  const spec = objectIn(object, "spec");
  const group = groupOf(object);
  const kind = group === "" ? kindOf(object) : `${kindOf(object)}.${group}`;
  // Parse edge: these kinds have a selector of this form.
  if (SELECTOR_KINDS.has(kind)) return labelSelectorOf(spec["selector"] as LabelSelector | undefined).text;
  const labels = objectIn(spec, "selector") as Record<string, string>;
  if (kind === "ReplicationController") return selectorOfLabels(labels).text;
  if (kind !== "Service") {
    const type = goTypeName(object);
    throw new UserError(`${purpose} ${type}: selector for ${type} not implemented`);
  }
  if (Object.keys(labels).length === 0)
    throw new UserError(
      `${purpose} *v1.Service: invalid service '${nameOf(object)}': Service is defined without a selector`,
    );
  return selectorOfLabels(labels).text;
}

/** `*v1.ConfigMap`: how kubectl, a Go program, names a kind it cannot handle. */
function goTypeName(object: ApiObject): string {
  const apiVersion = typeof object["apiVersion"] === "string" ? object["apiVersion"] : "";
  return `*${apiVersion.split("/").at(-1) ?? ""}.${kindOf(object)}`;
}

export interface PodSearch {
  /** What cannot be done when there is no selector: `cannot attach to`. */
  readonly purpose: string;
  readonly client: Client;
  readonly context: CliContext;
  /** How long to wait for the first pod when there is none. */
  readonly timeoutMs: number;
  readonly order: (left: Pod, right: Pod) => number;
}

/** The pods of a workload or a service in the order asked for; waits for one if there is none. */
export async function podsOfObject(object: ApiObject, search: PodSearch): Promise<readonly [Pod, ...Pod[]]> {
  const { client, order } = search;
  const selection = { namespace: namespaceOf(object), labelSelector: podSelectorOf(object, search.purpose) };
  const { items, metadata } = await client.resource(pods).list(selection);
  const [first, ...rest] = items.toSorted(order);
  if (first) return [first, ...rest];
  return [await nextPod({ ...selection, resourceVersion: metadata.resourceVersion }, search)];
}

/** The pod of a workload or a service that a command enters, or forwards to, when none is named. */
export async function liveliestPodOf(
  object: ApiObject,
  { session, context, timeoutMs }: Pick<PodSearch, "context" | "timeoutMs"> & { readonly session: Session },
): Promise<Pod> {
  const client = await session.client();
  const [pod] = await podsOfObject(object, {
    // Of port-forward too: kubectl says so.
    purpose: "cannot attach to",
    client,
    context,
    timeoutMs,
    order: byActivity,
  });
  return pod;
}

function nextPod(
  selection: { readonly namespace: string; readonly labelSelector: string; readonly resourceVersion: string },
  { client, context, timeoutMs }: PodSearch,
): Promise<Pod> {
  const { promise, resolve, reject } = Promise.withResolvers<Pod>();
  const watch = client.resource(pods).watch(selection, {
    onEvent({ type, object }) {
      if (type === "ADDED" || type === "MODIFIED") resolve(object);
    },
    onEnd: (error) => reject(error ?? new UserError("watch closed before UntilWithoutRetry timeout")),
  });
  const interrupted = (): void => reject(new UserError("timed out waiting for the condition"));
  const timer = context.clock.setTimeout(interrupted, timeoutMs);
  context.signal.addEventListener("abort", interrupted, { once: true });
  return promise.finally(() => {
    watch.stop();
    timer.cancel();
    context.signal.removeEventListener("abort", interrupted);
  });
}
