import { isApiError } from "../../api/api-error.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import {
  configmaps,
  cronjobs,
  daemonsets,
  deployments,
  endpointslices,
  events,
  horizontalpodautoscalersAutoscalingV2,
  ingressclasses,
  ingresses,
  jobs,
  leases,
  limitranges,
  namespaces,
  networkpolicies,
  nodes,
  persistentvolumeclaims,
  persistentvolumes,
  pods,
  priorityclasses,
  replicasets,
  replicationcontrollers,
  resourcequotas,
  secrets,
  serviceaccounts,
  services,
  statefulsets,
  storageclasses,
} from "../../api/resources.ts";
import type { Pod, Secret } from "../../api/types/core-v1.ts";
import { type Client, createClient } from "../../client/client.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import { createSnapshot, type Snapshot } from "../snapshot.ts";
import { readLastLogs } from "./last-logs.ts";

const READ: readonly ResourceType[] = [
  pods,
  events,
  deployments,
  replicasets,
  statefulsets,
  daemonsets,
  jobs,
  cronjobs,
  replicationcontrollers,
  services,
  endpointslices,
  ingresses,
  networkpolicies,
  persistentvolumeclaims,
  configmaps,
  secrets,
  serviceaccounts,
  resourcequotas,
  limitranges,
  horizontalpodautoscalersAutoscalingV2,
  nodes,
  namespaces,
  persistentvolumes,
  storageclasses,
  ingressclasses,
  priorityclasses,
];

export interface SnapshotScope {
  /** Absent: all of them. */
  readonly namespace?: string | undefined;
  /** An object of a kind that is not read anyway. */
  readonly extra?: { readonly type: ResourceType; readonly object: KubeObject } | undefined;
}

/**
 * Reads what explanations are made of. What the user may not read is left out, and the snapshot says so. Values of secrets are not
 * kept: nothing that is shown can contain them.
 */
export async function readSnapshot(
  transport: HttpsTransport,
  { namespace, extra }: SnapshotScope,
  now: number,
): Promise<Snapshot> {
  const client = createClient(transport);
  const read = [
    ...READ.map((type) => ({ type, namespace: type.namespaced ? namespace : undefined })),
    { type: leases as ResourceType, namespace: "kube-node-lease" },
  ];
  const lists = await Promise.all(
    read.map(async (wanted) => ({ type: wanted.type, items: await listAll(client, wanted.type, wanted.namespace) })),
  );
  const objects = new Map<ResourceType, readonly KubeObject[]>();
  for (const { type, items } of lists) if (items) objects.set(type, items);
  if (extra && !objects.has(extra.type)) objects.set(extra.type, [extra.object]);
  // The list of a resource has its objects.
  const inScope = (objects.get(pods) ?? []) as readonly Pod[];
  if (namespace !== undefined && inScope.some(lacksResources)) {
    const everywhere = await listAll(client, pods, undefined);
    if (everywhere) objects.set(pods, everywhere);
  }
  return createSnapshot({ now, objects, lastLogs: await readLastLogs(transport, inScope) });
}

/** How full nodes are, the pods of all namespaces decide. */
const lacksResources = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, message = "" }) => type === "PodScheduled" && message.includes("Insufficient")) ===
  true;

const PAGE = 500;

/** Undefined when the user may not see them, or the cluster does not have them. */
async function listAll(
  client: Client,
  type: ResourceType,
  namespace: string | undefined,
): Promise<readonly KubeObject[] | undefined> {
  const found: KubeObject[] = [];
  let next: string | undefined;
  try {
    do {
      // oxlint-disable-next-line no-await-in-loop -- a page names the next one
      const page = await client.resource(type).list({ namespace, limit: PAGE, continue: next });
      for (const item of page.items) found.push(type === secrets ? withoutValues(item) : item);
      next = page.metadata.continue || undefined;
    } while (next !== undefined);
    return found;
  } catch (error) {
    if (isApiError(error, "Forbidden") || isApiError(error, "NotFound") || isApiError(error, "MethodNotAllowed"))
      return undefined;
    throw error;
  }
}

const withoutValues = (secret: Secret): Secret => ({
  ...secret,
  data: Object.fromEntries(Object.keys(secret.data ?? {}).map((key) => [key, ""])),
  stringData: undefined,
  metadata: { ...secret.metadata, annotations: {} },
});
