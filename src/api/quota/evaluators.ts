import { qualified, type QualifiedResource } from "../api-error.ts";
/** What objects use of the quotas of their namespace (pkg/quota/v1/evaluator/core): one implementation for admission and status. */
import { podQos } from "../pod-qos.ts";
import { type Amounts, amounts, podLimits, podRequests } from "../pod-resources.ts";
import { type Amount, maxQuantity, parseQuantity, quantityValue, wholeQuantity } from "../quantity.ts";
import { isHugePages, isNativeResource } from "../resource-names.ts";
import type { KubeObject } from "../resource-type.ts";
import { persistentvolumeclaims, pods, resourceclaims, services } from "../resources.ts";
import { semanticEqual } from "../semantic-equal.ts";
import type {
  PersistentVolumeClaim,
  Pod,
  PodAffinityTerm,
  ScopedResourceSelectorRequirement,
  Service,
} from "../types/core-v1.ts";
import type { ResourceClaim } from "../types/resource-v1.ts";

type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** What one kind of object counts as. */
export interface QuotaEvaluator {
  /** Whether a write of an object can use more of a quota. */
  handles(write: QuotaWrite): boolean;
  /** Which of the limited resources these objects use. */
  concerns(resource: string): boolean;
  matchesScope(selector: ScopedResourceSelectorRequirement, object: KubeObject): boolean;
  usage(object: KubeObject, now: number): Amounts;
  /** What an object must say for a quota of these resources to work; undefined when it says it. */
  missing?(resources: readonly string[], object: KubeObject): string | undefined;
  /** Whether a change of an object gives something back. */
  releases?(object: KubeObject, old: KubeObject, now: number): boolean;
}

export interface QuotaWrite {
  readonly operation: Operation;
  readonly subresource: string;
  readonly object: KubeObject | undefined;
  readonly oldObject: Readonly<KubeObject> | undefined;
}

const count = (value: number): Amount => wholeQuantity(value, "DecimalSI");
const ONE = count(1);

/** Names of old by which objects are counted, besides `count/...`. */
const ALIASES: Readonly<Record<string, string>> = {
  configmaps: "configmaps",
  resourcequotas: "resourcequotas",
  replicationcontrollers: "replicationcontrollers",
  secrets: "secrets",
};

export function evaluatorOf(type: QualifiedResource): QuotaEvaluator {
  const name = qualified(type);
  return SPECIAL.get(name) ?? objectCount(name);
}

const objectCount = (name: string): QuotaEvaluator => {
  const alias = ALIASES[name];
  const names = [`count/${name}`, ...(alias === undefined ? [] : [alias])];
  const used = Object.fromEntries(names.map((each) => [each, ONE]));
  return {
    handles: ({ operation, subresource }) => operation === "CREATE" && subresource === "",
    concerns: (resource) => names.includes(resource),
    matchesScope: () => false,
    usage: () => used,
  };
};

const COMPUTE = ["cpu", "memory", "ephemeral-storage"];
const POD_RESOURCES: ReadonlySet<string> = new Set([
  ..."count/pods pods".split(" "),
  ...COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
]);
/** Where these are limited, every container must say what it wants. */
const NEEDED: ReadonlySet<string> = new Set(
  ["cpu", "memory"].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
);

const podEvaluator: QuotaEvaluator = {
  handles({ operation, subresource, object, oldObject }) {
    if (subresource === "resize") return operation === "UPDATE";
    if (subresource !== "") return false;
    if (operation === "CREATE") return true;
    return operation === "UPDATE" && isTerminating(object as Pod) !== isTerminating(oldObject as Pod);
  },
  concerns: (resource) =>
    POD_RESOURCES.has(resource) ||
    isHugePages(resource.replace(/^requests\./, "")) ||
    (resource.startsWith("requests.") && !isNativeResource(resource)),
  matchesScope: (selector, object) => podMatches(selector, object),
  usage(object, now) {
    const pod = object as Pod;
    if (!isUsing(pod, now)) return { "count/pods": ONE };
    return { "count/pods": ONE, ...computeUsage(podRequests(pod), podLimits(pod)) };
  },
  missing(resources, object) {
    const { spec } = object as Pod;
    if (!spec || spec.resources) return undefined;
    const needed = resources.filter((name) => NEEDED.has(name)).toSorted();
    const parts = needed.flatMap((name) => {
      const silent = [...spec.containers, ...(spec.initContainers ?? [])]
        .filter((each) => !(name in computeUsage(amounts(each.resources?.requests), amounts(each.resources?.limits))))
        .map((each) => each.name);
      return silent.length === 0 ? [] : [`${name} for: ${[...new Set(silent)].toSorted().join(",")}`];
    });
    return parts.length === 0 ? undefined : `must specify ${parts.join("; ")}`;
  },
  releases: (object, old, now) => isUsing(old, now) && !isUsing(object, now),
};

/** Finished pods, and those that are overdue to go, use nothing but their name. */
function isUsing({ metadata, status }: Pod, now: number): boolean {
  if (status?.phase === "Failed" || status?.phase === "Succeeded") return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return true;
  return now <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function computeUsage(requests: Amounts, limits: Amounts): Amounts {
  const used: Record<string, Amount> = { pods: ONE };
  for (const name of COMPUTE) {
    const [request, limit] = [requests[name], limits[name]];
    if (request) Object.assign(used, { [name]: request, [`requests.${name}`]: request });
    if (limit) used[`limits.${name}`] = limit;
  }
  for (const [name, request] of Object.entries(requests)) {
    if (isHugePages(name)) Object.assign(used, { [name]: request, [`requests.${name}`]: request });
    else if (!isNativeResource(name)) used[`requests.${name}`] = request;
  }
  return used;
}

const isTerminating = ({ spec }: Pod): boolean => (spec?.activeDeadlineSeconds ?? -1) >= 0;

function podMatches(selector: ScopedResourceSelectorRequirement, pod: Pod): boolean {
  switch (selector.scopeName) {
    case "Terminating":
      return isTerminating(pod);
    case "NotTerminating":
      return !isTerminating(pod);
    case "BestEffort":
      return podQos(pod) === "BestEffort";
    case "NotBestEffort":
      return podQos(pod) !== "BestEffort";
    case "PriorityClass":
      return selects(selector, pod.spec?.priorityClassName ? [pod.spec.priorityClassName] : []);
    case "CrossNamespacePodAffinity":
      return crossesNamespaces(pod);
    default:
      return false;
  }
}

/** Whether a requirement holds for any of the names an object has; NotIn and DoesNotExist also for none. */
function selects({ operator, values = [] }: ScopedResourceSelectorRequirement, names: readonly string[]): boolean {
  switch (operator) {
    case "In":
      return names.some((name) => values.includes(name));
    case "NotIn":
      return names.length === 0 || names.some((name) => !values.includes(name));
    case "Exists":
      return names.length > 0;
    case "DoesNotExist":
      return names.length === 0;
    default:
      // Validation lets no other operator in.
      return false;
  }
}

function crossesNamespaces({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  const terms: readonly PodAffinityTerm[] = [podAffinity, podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some(
    ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
  );
}

const isCreateOrUpdate = ({ operation, subresource }: QuotaWrite): boolean =>
  subresource === "" && (operation === "CREATE" || operation === "UPDATE");

const SERVICE_RESOURCES: readonly string[] = [
  "count/services",
  "services",
  "services.nodeports",
  "services.loadbalancers",
];

const serviceEvaluator: QuotaEvaluator = {
  handles: isCreateOrUpdate,
  concerns: (resource) => SERVICE_RESOURCES.includes(resource),
  matchesScope: () => false,
  usage(object) {
    const { spec } = object as Service;
    const isBalanced = spec?.type === "LoadBalancer";
    return {
      "count/services": ONE,
      services: ONE,
      "services.loadbalancers": count(isBalanced ? 1 : 0),
      "services.nodeports": count(nodePortCount(object)),
    };
  },
  releases: (object, old) => (object as Service).spec?.type !== (old as Service).spec?.type,
};

function nodePortCount({ spec }: Service): number {
  const { type, ports = [], allocateLoadBalancerNodePorts = true } = spec ?? {};
  if (type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts)) return ports.length;
  return type === "LoadBalancer" ? ports.filter(({ nodePort }) => nodePort).length : 0;
}

const CLAIM_RESOURCES: readonly string[] = ["persistentvolumeclaims", "requests.storage"];
const CLASS_SUFFIX = ".storageclass.storage.k8s.io/";

const claimEvaluator: QuotaEvaluator = {
  handles(write) {
    if (write.subresource === "status") {
      return claimReleases(write.object as PersistentVolumeClaim, write.oldObject as PersistentVolumeClaim);
    }
    return isCreateOrUpdate(write);
  },
  concerns: (resource) =>
    resource === "count/persistentvolumeclaims" ||
    CLAIM_RESOURCES.some((name) => resource === name || resource.endsWith(CLASS_SUFFIX + name)),
  matchesScope: (selector, object) =>
    selector.scopeName === "VolumeAttributesClass" && selects(selector, attributesClasses(object)),
  usage(object) {
    const { metadata, spec, status } = object as PersistentVolumeClaim;
    const used: Record<string, Amount> = { persistentvolumeclaims: ONE, "count/persistentvolumeclaims": ONE };
    const asked = spec?.resources?.requests?.["storage"];
    const allocated = status?.allocatedResources?.["storage"];
    const size = asked === undefined ? undefined : roundedUp(parseQuantity(asked));
    const storage = size && allocated !== undefined ? maxQuantity(size, roundedUp(parseQuantity(allocated))) : size;
    const className = metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName;
    if (storage) used["requests.storage"] = storage;
    if (!className) return used;
    used[`${className}${CLASS_SUFFIX}persistentvolumeclaims`] = ONE;
    if (storage) used[`${className}${CLASS_SUFFIX}requests.storage`] = storage;
    return used;
  },
  releases: (object, old) => claimReleases(object, old),
};

const claimReleases = (claim: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean =>
  !semanticEqual(claim.status?.allocatedResources, old.status?.allocatedResources) ||
  !semanticEqual(attributesClasses(claim).toSorted(), attributesClasses(old).toSorted());

const roundedUp = (amount: Amount): Amount =>
  amount.scale >= 0 ? amount : { ...wholeQuantity(quantityValue(amount), amount.format) };

function attributesClasses({ spec, status }: PersistentVolumeClaim): readonly string[] {
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(names.flatMap((name) => name || []))];
}

const DEVICES_SUFFIX = ".deviceclass.resource.k8s.io/devices";
/** What a claim for all devices of a class counts as. */
const MOST_DEVICES = 32;

const resourceClaimEvaluator: QuotaEvaluator = {
  handles: isCreateOrUpdate,
  concerns: (resource) => resource === "count/resourceclaims.resource.k8s.io" || resource.endsWith(DEVICES_SUFFIX),
  matchesScope: () => false,
  usage(object) {
    const { spec } = object as ResourceClaim;
    const devices: Record<string, number> = {};
    for (const { exactly, firstAvailable = [] } of spec.devices?.requests ?? []) {
      const wanted: Record<string, number> = {};
      for (const one of exactly ? [exactly] : firstAvailable) {
        const number = one.allocationMode === "All" ? MOST_DEVICES : (one.count ?? 0);
        wanted[one.deviceClassName] = Math.max(wanted[one.deviceClassName] ?? 0, number);
      }
      for (const [name, number] of Object.entries(wanted)) devices[name] = (devices[name] ?? 0) + number;
    }
    return {
      "count/resourceclaims.resource.k8s.io": ONE,
      ...Object.fromEntries(Object.entries(devices).map(([name, number]) => [name + DEVICES_SUFFIX, count(number)])),
    };
  },
};

const SPECIAL: ReadonlyMap<string, QuotaEvaluator> = new Map([
  [qualified(pods), podEvaluator],
  [qualified(services), serviceEvaluator],
  [qualified(persistentvolumeclaims), claimEvaluator],
  [qualified(resourceclaims), resourceClaimEvaluator],
]);
