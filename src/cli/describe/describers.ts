import type { KubeObject } from "../../api/resource-type.ts";
import { limitranges, resourcequotas } from "../../api/resources.ts";
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "../../api/types/apps-v1.ts";
import type { HorizontalPodAutoscaler } from "../../api/types/autoscaling-v2.ts";
import type { CronJob, Job } from "../../api/types/batch-v1.ts";
import type {
  ConfigMap,
  Event,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
} from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Ingress, IngressClass, NetworkPolicy } from "../../api/types/networking-v1.ts";
import type { PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "../../api/types/rbac-v1.ts";
import type { PriorityClass } from "../../api/types/scheduling-v1.ts";
import type { StorageClass } from "../../api/types/storage-v1.ts";
import type { Client } from "../../client/client.ts";
import { type ApiObject, nameOf, namespaceOf, objectIn, textIn } from "../objects/api-object.ts";
import { autoscalerText } from "./autoscaler-text.ts";
import {
  configMapText,
  limitRangeText,
  namespaceText,
  resourceQuotaText,
  secretText,
  serviceAccountText,
} from "./core-text.ts";
import { genericText } from "./generic-text.ts";
import { cronJobText, jobText } from "./job-text.ts";
import { endpointSliceText, ingressClassText, ingressText, networkPolicyText } from "./network-text.ts";
import { nodeText } from "./node-text.ts";
import { podText } from "./pod-text.ts";
import { disruptionBudgetText, priorityClassText } from "./policy-text.ts";
import { roleBindingText, roleText } from "./rbac-text.ts";
import * as related from "./related-objects.ts";
import { serviceText } from "./service-text.ts";
import { persistentVolumeClaimText, persistentVolumeText, storageClassText } from "./storage-text.ts";
import { daemonSetText, deploymentText, replicaSetText, statefulSetText } from "./workload-text.ts";

export interface DescribeOptions {
  readonly client: Client;
  readonly showsEvents: boolean;
  readonly now: number;
}

/** The description of one object, with what it needs of others. */
export async function describe(
  { kind, group }: { readonly kind: string; readonly group: string },
  object: ApiObject,
  options: DescribeOptions,
): Promise<string> {
  const { client, showsEvents, now } = options;
  const load = describers.get(group === "" ? kind : `${kind}.${group}`);
  const [details, events] = await Promise.all([
    load?.(object, client),
    showsEvents ? eventsOf(object, kind, client) : undefined,
  ]);
  return details ? details(events, now) : genericText(object, events, now);
}

async function eventsOf(object: ApiObject, kind: string, client: Client): Promise<readonly Event[]> {
  const [name, namespace] = [nameOf(object), namespaceOf(object)];
  const uid = textIn(objectIn(object, "metadata"), "uid");
  // Events of pods that mirror a file, and of nodes, may be about other uids.
  if (kind === "Pod") return await related.eventsAbout(client, { name, namespace, uid });
  if (kind !== "Node") return await related.eventsAbout(client, { name, namespace, kind, uid });
  const both = await Promise.all(
    [uid, name].map((each) => related.eventsAbout(client, { name, namespace, kind, uid: each })),
  );
  return both.flat();
}

type WriteText = (events: readonly Event[] | undefined, now: number) => string;
type Describer = (object: ApiObject, client: Client) => Promise<WriteText>;

/** Loads what belongs to an object, so that the text itself can be a pure function. */
// oxlint-disable-next-line no-unnecessary-type-parameters -- names the kind in each line of the table below
function describer<T extends KubeObject>(
  load: (object: T, client: Client) => WriteText | Promise<WriteText>,
): Describer {
  // Parse edge: the server answered with an object of the kind that was asked for.
  return async (object, client) => await load(object as unknown as T, client);
}

/** By kind and group, as in `kubectl describe`; all other kinds are described field by field. */
const describers: ReadonlyMap<string, Describer> = new Map([
  ["Pod", describer<Pod>((pod) => (events, now) => podText(pod, events, now))],
  [
    "Node",
    describer<Node>(async (node, client) => {
      const [pods, lease] = await Promise.all([related.podsOfNode(client, node), related.leaseOf(client, node)]);
      return (events, now) => nodeText(node, { pods, lease }, events, now);
    }),
  ],
  [
    "Deployment.apps",
    describer<Deployment>(async (deployment, client) => {
      const sets = related.dividedReplicaSets(deployment, await related.replicaSetsOf(client, deployment));
      return (events, now) => deploymentText(deployment, sets, events, now);
    }),
  ],
  [
    "ReplicaSet.apps",
    describer<ReplicaSet>(async (set, client) => {
      const counts = await related.podCounts(client, set, set.spec?.selector);
      return (events, now) => replicaSetText(set, counts, events, now);
    }),
  ],
  [
    "StatefulSet.apps",
    describer<StatefulSet>(async (set, client) => {
      const counts = await related.podCounts(client, set, set.spec?.selector);
      return (events, now) => statefulSetText(set, counts, events, now);
    }),
  ],
  [
    "DaemonSet.apps",
    describer<DaemonSet>(async (set, client) => {
      const counts = await related.podCounts(client, set, set.spec?.selector);
      return (events, now) => daemonSetText(set, counts, events, now);
    }),
  ],
  ["Job.batch", describer<Job>((job) => (events, now) => jobText(job, events, now))],
  ["CronJob.batch", describer<CronJob>((job) => (events, now) => cronJobText(job, events, now))],
  [
    "Service",
    describer<Service>(async (service, client) => {
      const slices = await related.slicesOf(client, service);
      return (events, now) => serviceText(service, slices, events, now);
    }),
  ],
  [
    "Namespace",
    describer<Namespace>(async (namespace, client) => {
      const selection = { namespace: namespace.metadata.name };
      const [quotas, ranges] = await Promise.all([
        related.listAll(client, resourcequotas, selection),
        related.listAll(client, limitranges, selection),
      ]);
      return () => namespaceText(namespace, { quotas, ranges });
    }),
  ],
  ["ConfigMap", describer<ConfigMap>((map) => (events, now) => configMapText(map, events, now))],
  ["Secret", describer<Secret>((secret) => () => secretText(secret))],
  ["ServiceAccount", describer<ServiceAccount>((account) => (events, now) => serviceAccountText(account, events, now))],
  ["LimitRange", describer<LimitRange>((range) => () => limitRangeText(range))],
  ["ResourceQuota", describer<ResourceQuota>((quota) => () => resourceQuotaText(quota))],
  [
    "PersistentVolume",
    describer<PersistentVolume>((volume) => (events, now) => persistentVolumeText(volume, events, now)),
  ],
  [
    "PersistentVolumeClaim",
    describer<PersistentVolumeClaim>(async (claim, client) => {
      const pods = await related.podsUsing(client, claim);
      return (events, now) => persistentVolumeClaimText(claim, pods, events, now);
    }),
  ],
  [
    "StorageClass.storage.k8s.io",
    describer<StorageClass>((each) => (events, now) => storageClassText(each, events, now)),
  ],
  [
    "Ingress.networking.k8s.io",
    describer<Ingress>(async (ingress, client) => {
      const services = await related.servicesOf(client, ingress);
      return (events, now) => ingressText(ingress, services, events, now);
    }),
  ],
  [
    "IngressClass.networking.k8s.io",
    describer<IngressClass>((each) => (events, now) => ingressClassText(each, events, now)),
  ],
  ["NetworkPolicy.networking.k8s.io", describer<NetworkPolicy>((policy) => () => networkPolicyText(policy))],
  [
    "EndpointSlice.discovery.k8s.io",
    describer<EndpointSlice>((slice) => (events, now) => endpointSliceText(slice, events, now)),
  ],
  [
    "PodDisruptionBudget.policy",
    describer<PodDisruptionBudget>((budget) => (events, now) => disruptionBudgetText(budget, events, now)),
  ],
  [
    "PriorityClass.scheduling.k8s.io",
    describer<PriorityClass>((each) => (events, now) => priorityClassText(each, events, now)),
  ],
  [
    "HorizontalPodAutoscaler.autoscaling",
    describer<HorizontalPodAutoscaler>((each) => (events, now) => autoscalerText(each, events, now)),
  ],
  ["Role.rbac.authorization.k8s.io", describer<Role>((role) => () => roleText(role))],
  ["ClusterRole.rbac.authorization.k8s.io", describer<ClusterRole>((role) => () => roleText(role))],
  ["RoleBinding.rbac.authorization.k8s.io", describer<RoleBinding>((binding) => () => roleBindingText(binding))],
  [
    "ClusterRoleBinding.rbac.authorization.k8s.io",
    describer<ClusterRoleBinding>((binding) => () => roleBindingText(binding)),
  ],
]);
