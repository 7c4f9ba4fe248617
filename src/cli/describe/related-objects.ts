import { ApiError, isApiError } from "../../api/api-error.ts";
import { labelSelectorText } from "../../api/label-selector.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { endpointslices, events, leases, pods, replicasets, services } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Lease } from "../../api/types/coordination-v1.ts";
import type { Event, Node, PersistentVolumeClaim, Pod, PodTemplateSpec } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import type { Ingress } from "../../api/types/networking-v1.ts";
import type { Client, ListOptions } from "../../client/client.ts";
import { messageOf } from "../error-message.ts";
import type { IngressServices } from "./network-text.ts";
import type { DeploymentReplicaSets, PodCounts } from "./workload-text.ts";

/* What a description shows of other objects. */

const PAGE = 500;

export async function listAll<T extends KubeObject>(
  client: Client,
  type: ResourceType<T>,
  selection: ListOptions,
): Promise<readonly T[]> {
  const found: T[] = [];
  let next: string | undefined;
  do {
    // oxlint-disable-next-line no-await-in-loop -- a page names the next one
    const page = await client.resource(type).list({ ...selection, limit: PAGE, continue: next });
    found.push(...page.items);
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return found;
}

export interface EventSubject {
  readonly name: string;
  readonly namespace: string;
  readonly kind?: string;
  readonly uid: string;
}

/** A user who may not see events is shown none. */
export async function eventsAbout(client: Client, subject: EventSubject): Promise<readonly Event[]> {
  const { name, namespace, kind, uid } = subject;
  const fieldSelector = [
    `involvedObject.name=${name}`,
    `involvedObject.namespace=${namespace}`,
    ...(kind === undefined ? [] : [`involvedObject.kind=${kind}`]),
    ...(uid === "" ? [] : [`involvedObject.uid=${uid}`]),
  ].join(",");
  const selection = { fieldSelector, ...(namespace === "" ? {} : { namespace }) };
  return await listAll(client, events, selection).catch((error: unknown) => {
    if (isApiError(error)) return [];
    throw error;
  });
}

export async function podCounts(
  client: Client,
  owner: KubeObject,
  selector: LabelSelector | undefined,
): Promise<PodCounts> {
  const { namespace, uid } = owner.metadata;
  const all = await listAll(client, pods, { namespace, labelSelector: labelSelectorText(selector) });
  const own = all.filter(({ metadata }) =>
    metadata.ownerReferences?.some((reference) => reference.controller === true && reference.uid === uid),
  );
  const inPhase = (phase: string): number => own.filter(({ status }) => status?.phase === phase).length;
  return {
    running: inPhase("Running"),
    waiting: inPhase("Pending"),
    succeeded: inPhase("Succeeded"),
    failed: inPhase("Failed"),
  };
}

/** The replica sets of a deployment, the oldest first. */
export async function replicaSetsOf(client: Client, { metadata, spec }: Deployment): Promise<readonly ReplicaSet[]> {
  const selection = { namespace: metadata.namespace, labelSelector: labelSelectorText(spec?.selector) };
  const all = await listAll(client, replicasets, selection);
  return all
    .filter((each) => each.metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === metadata.uid))
    .toSorted(
      (left, right) =>
        Date.parse(left.metadata.creationTimestamp ?? "") - Date.parse(right.metadata.creationTimestamp ?? ""),
    );
}

/** The one with the deployment's own template is the current one. */
export function dividedReplicaSets(deployment: Deployment, all: readonly ReplicaSet[]): DeploymentReplicaSets {
  const wanted = withoutHash(deployment.spec?.template);
  const current = all.find(({ spec }) => semanticEqual(withoutHash(spec?.template), wanted));
  return { old: all.filter((each) => each !== current), current };
}

export function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec | undefined {
  if (!template) return undefined;
  const { "pod-template-hash": _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

export async function slicesOf(client: Client, service: KubeObject): Promise<readonly EndpointSlice[]> {
  const { name, namespace } = service.metadata;
  return await listAll(client, endpointslices, { namespace, labelSelector: `kubernetes.io/service-name=${name}` });
}

export async function podsOfNode(client: Client, { metadata }: Node): Promise<readonly Pod[] | undefined> {
  const fieldSelector = `spec.nodeName=${metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
  return await listAll(client, pods, { fieldSelector }).catch((error: unknown) => {
    if (isApiError(error, "Forbidden")) return undefined;
    throw error;
  });
}

export async function leaseOf(client: Client, { metadata }: Node): Promise<Lease | string> {
  const key = { name: metadata.name ?? "", namespace: "kube-node-lease" };
  return await client
    .resource(leases)
    .get(key)
    .catch((error: unknown) => (isApiError(error) ? error.message : messageOf(error)));
}

/** The pods that mount the claim. */
export async function podsUsing(client: Client, { metadata }: PersistentVolumeClaim): Promise<readonly Pod[]> {
  const inNamespace = await listAll(client, pods, { namespace: metadata.namespace });
  return inNamespace.filter((pod) =>
    (pod.spec?.volumes ?? []).some(({ name, persistentVolumeClaim, ephemeral }) =>
      ephemeral ? `${pod.metadata.name}-${name}` === metadata.name : persistentVolumeClaim?.claimName === metadata.name,
    ),
  );
}

type FoundService = IngressServices extends ReadonlyMap<string, infer Found> ? Found : never;

/** The Services that an Ingress leads to, with their slices. */
export async function servicesOf(client: Client, { metadata, spec }: Ingress): Promise<IngressServices> {
  const namespace = metadata.namespace ?? "";
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  const backends = [spec?.defaultBackend, ...paths.map(({ backend }) => backend)];
  const names = new Set(backends.flatMap((backend) => backend?.service?.name ?? []));
  const found = await Promise.all(
    [...names].map(async (name): Promise<readonly [string, FoundService]> => {
      try {
        const service = await client.resource(services).get({ namespace, name });
        return [name, { service, slices: await slicesOf(client, service) }];
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return [name, { problem: error.message }];
      }
    }),
  );
  return new Map(found);
}
