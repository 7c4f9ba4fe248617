import { containerLimits, containerRequests, isPodLevelResource } from "../../pod-resources.ts";
import { formatQuantity } from "../../quantity.ts";
import type { Container, ContainerStatus, Pod, PodSpec, PodStatus, PodTemplateSpec } from "../../types/core-v1.ts";
import type { ObjectMeta } from "../../types/meta-v1.ts";
import {
  containerDefaults,
  requestsFromLimits,
  resourceDefaults,
  resourceListDefaults,
} from "./pod/container-defaults.ts";
import { volumeDefaults } from "./pod/volume-defaults.ts";

const TERMINATION_GRACE_PERIOD_SECONDS = 30;

/** What upstream's conversion and defaulting make of a pod (pkg/apis/core/v1/{conversion,defaults}.go). */
export function podDefaults(pod: Pod): void {
  const spec = (pod.spec ??= { containers: [] });
  spec.containers ??= [];
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  containers.forEach(requestsFromLimits);
  podLevelResourceDefaults(spec);
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork) containers.forEach(hostNetworkPortDefaults);
  podSpecDefaults(spec);
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  dropOldAnnotations(pod.metadata);
  if (pod.status) podStatusDefaults(pod.status);
}

/** The part of it that templates of pods get; the rest follows when a pod is made of them. */
export function podTemplateDefaults(template: PodTemplateSpec): void {
  if (template.metadata) dropOldAnnotations(template.metadata);
  podSpecDefaults((template.spec ??= { containers: [] }));
}

function podSpecDefaults(spec: PodSpec): void {
  spec.containers ??= [];
  spec.dnsPolicy ||= "ClusterFirst";
  spec.restartPolicy ||= "Always";
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= TERMINATION_GRACE_PERIOD_SECONDS;
  spec.schedulerName ||= "default-scheduler";
  serviceAccountDefaults(spec);
  spec.volumes?.forEach(volumeDefaults);
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers]) list?.forEach(containerDefaults);
  resourceListDefaults(spec.overhead);
  if (spec.resources) resourceDefaults(spec.resources);
}

/** `serviceAccount` is the old name of `serviceAccountName`; both are always shown alike. */
function serviceAccountDefaults(spec: PodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (name) spec.serviceAccountName = spec.serviceAccount = name;
}

function hostNetworkPortDefaults({ ports }: Container): void {
  for (const port of ports ?? []) port.hostPort ||= port.containerPort;
}

/** What a pod does not ask for itself follows from its containers, or from its own limits. */
function podLevelResourceDefaults(spec: PodSpec): void {
  const { resources } = spec;
  if (!resources) return;
  const { limits = {}, requests = {} } = resources;
  if (Object.keys(limits).length === 0 && Object.keys(requests).length === 0) return;
  const hugePages = Object.entries(containerLimits(spec)).filter(
    ([name]) => name.startsWith("hugepages-") && !(name in requests),
  );
  const allLimits = { ...formatted(hugePages), ...limits };
  if (Object.keys(allLimits).length > 0) resources.limits = allLimits;
  if (Object.keys(allLimits).length === 0) return;
  const ofContainers = Object.entries(containerRequests(spec)).filter(
    // Huge pages cannot be overcommitted: their request is always their limit.
    ([name]) => isPodLevelResource(name) && !name.startsWith("hugepages-"),
  );
  const ofLimits = Object.entries(allLimits).filter(([name]) => isPodLevelResource(name));
  const allRequests = { ...Object.fromEntries(ofLimits), ...formatted(ofContainers), ...requests };
  if (Object.keys(allRequests).length > 0) resources.requests = allRequests;
}

const formatted = (list: [string, Parameters<typeof formatQuantity>[0]][]): Record<string, string> =>
  Object.fromEntries(list.map(([name, amount]) => [name, formatQuantity(amount)]));

/** The form in which init containers began, ignored since 1.8. */
const OLD_ANNOTATIONS = [
  "pod.alpha.kubernetes.io/init-containers",
  "pod.beta.kubernetes.io/init-containers",
  "pod.alpha.kubernetes.io/init-container-statuses",
  "pod.beta.kubernetes.io/init-container-statuses",
];

function dropOldAnnotations({ annotations }: ObjectMeta): void {
  if (!annotations) return;
  for (const key of OLD_ANNOTATIONS) delete annotations[key];
}

function podStatusDefaults(status: PodStatus): void {
  // `podIP` wins over a different first entry of `podIPs`: old clients know only that.
  if (status.podIP && status.podIP !== status.podIPs?.[0]?.ip) status.podIPs = [{ ip: status.podIP }];
  const first = status.podIPs?.[0]?.ip;
  if (first) status.podIP = first;
  for (const list of [status.initContainerStatuses, status.containerStatuses, status.ephemeralContainerStatuses]) {
    list?.forEach(containerStatusDefaults);
  }
  resourceListDefaults(status.allocatedResources);
  if (status.resources) resourceDefaults(status.resources);
}

function containerStatusDefaults(status: ContainerStatus): void {
  resourceListDefaults(status.allocatedResources);
  if (status.resources) resourceDefaults(status.resources);
}
