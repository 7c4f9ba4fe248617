import { DECLARED_FEATURES } from "../api/node-features.ts";
import type { Node, NodeCondition, NodeStatus } from "../api/types/core-v1.ts";
import { timestamp } from "../lib/time/clock.ts";
import { kubernetesVersion } from "../lib/version.ts";
import type { ImageSummary, RuntimeVersion } from "./runtime/runtime.ts";

/** What the agent has found out about its machine. */
export interface MachineFacts {
  readonly runtime: RuntimeVersion;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  /** Of the file system that holds pods' data. */
  readonly diskBytes: number;
}

export interface NodeIdentity {
  readonly name: string;
  readonly ip: string;
  readonly podCidr: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const MOST_PODS = 110;
const MOST_IMAGES = 50;
/** By custom: the API server answers for the node there, see nodes/NAME:10250/proxy. */
const KUBELET_PORT = 10_250;
/** Kept free for the system, as the kubelet's default eviction threshold does. */
const RESERVED_MEMORY_BYTES = 100 * 2 ** 20;
const USABLE_DISK_FRACTION = 0.9;

/** The node as it registers. */
export function newNode(identity: NodeIdentity, status: NodeStatus): Node {
  const arch = status.nodeInfo?.architecture ?? "";
  const { name, podCidr } = identity;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "beta.kubernetes.io/arch": arch,
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": arch,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        ...identity.labels,
      },
      annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" },
    },
    spec: { podCIDR: podCidr, podCIDRs: [podCidr] },
    status,
  };
}

/** What changes about a node. */
export interface NodeMoment {
  /** Its last status, whose transition times stay as long as its conditions do. */
  readonly previous: NodeStatus | undefined;
  readonly isRuntimeUp: boolean;
  readonly pressures: ReadonlySet<string>;
  readonly now: number;
}

/** The status of the node at one moment. */
export function nodeStatus(
  identity: NodeIdentity,
  machine: MachineFacts,
  images: readonly ImageSummary[],
  { previous, isRuntimeUp, pressures, now }: NodeMoment,
): NodeStatus {
  const { runtime } = machine;
  return {
    capacity: capacityOf(machine),
    allocatable: allocatableOf(machine),
    conditions: [
      ...HEALTH.map((condition) => (pressures.has(condition.type) ? underPressure(condition.type) : condition)),
      isRuntimeUp ? READY : NOT_READY,
    ].map((condition) => withTimes(condition, previous?.conditions, now)),
    addresses: [
      { type: "InternalIP", address: identity.ip },
      { type: "Hostname", address: identity.name },
    ],
    // The engine always adds the groups that the image gives a user.
    features: { supplementalGroupsPolicy: false },
    declaredFeatures: [...DECLARED_FEATURES],
    daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
    nodeInfo: {
      architecture: runtime.architecture,
      bootID: machine.bootId,
      containerRuntimeVersion: runtime.runtimeVersion,
      kernelVersion: runtime.kernelVersion,
      kubeProxyVersion: "",
      kubeletVersion: kubernetesVersion.gitVersion,
      machineID: machine.machineId,
      operatingSystem: "linux",
      osImage: runtime.operatingSystem,
      systemUUID: machine.systemUuid,
    },
    images: images
      .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
      .slice(0, MOST_IMAGES)
      .map(({ digests, tags, sizeBytes }) => ({ names: [...digests, ...tags], sizeBytes })),
  };
}

/** Resources that others have added to a node's capacity are theirs to count: they stay, and pods may use all of them. */
export function withAddedResources(status: NodeStatus, present: NodeStatus | undefined): NodeStatus {
  const added = Object.fromEntries(
    Object.entries(present?.capacity ?? {}).filter(([name]) => status.capacity?.[name] === undefined),
  );
  return {
    ...status,
    capacity: { ...status.capacity, ...added },
    allocatable: { ...status.allocatable, ...added },
  };
}

/** Whether resources were added to the node, or taken away, that its agent has not passed on to pods. */
export function hasNewResources({ status }: Node): boolean {
  const [capacity, allocatable] = [status?.capacity, status?.allocatable].map((list) => Object.keys(list ?? {}));
  return !Bun.deepEquals(capacity?.toSorted(), allocatable?.toSorted());
}

function capacityOf({ runtime, diskBytes }: MachineFacts): Record<string, string> {
  return {
    cpu: String(runtime.cpus),
    "ephemeral-storage": `${Math.floor(diskBytes / 1024)}Ki`,
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    memory: `${Math.floor(runtime.memoryBytes / 1024)}Ki`,
    pods: String(MOST_PODS),
  };
}

/** What pods may use of the capacity. */
export function allocatableOf(machine: MachineFacts): Record<string, string> {
  const { runtime, diskBytes } = machine;
  return {
    ...capacityOf(machine),
    "ephemeral-storage": String(Math.floor(diskBytes * USABLE_DISK_FRACTION)),
    memory: `${Math.floor((runtime.memoryBytes - RESERVED_MEMORY_BYTES) / 1024)}Ki`,
  };
}

const HEALTH: readonly NodeCondition[] = [
  {
    type: "MemoryPressure",
    status: "False",
    reason: "KubeletHasSufficientMemory",
    message: "kubelet has sufficient memory available",
  },
  {
    type: "DiskPressure",
    status: "False",
    reason: "KubeletHasNoDiskPressure",
    message: "kubelet has no disk pressure",
  },
  {
    type: "PIDPressure",
    status: "False",
    reason: "KubeletHasSufficientPID",
    message: "kubelet has sufficient PID available",
  },
];

const underPressure = (type: string): NodeCondition =>
  type === "MemoryPressure"
    ? {
        type,
        status: "True",
        reason: "KubeletHasInsufficientMemory",
        message: "kubelet has insufficient memory available",
      }
    : { type, status: "True", reason: "KubeletHasDiskPressure", message: "kubelet has disk pressure" };

const READY: NodeCondition = {
  type: "Ready",
  status: "True",
  reason: "KubeletReady",
  message: "kubelet is posting ready status",
};

const NOT_READY: NodeCondition = {
  type: "Ready",
  status: "False",
  reason: "KubeletNotReady",
  message: "container runtime is down",
};

/** Of a node that lacks nothing. */
export const healthyConditions = (previous: readonly NodeCondition[] | undefined, now: number): NodeCondition[] =>
  [...HEALTH, READY].map((condition) => withTimes(condition, previous, now));

function withTimes(
  condition: NodeCondition,
  previous: readonly NodeCondition[] | undefined,
  now: number,
): NodeCondition {
  const before = previous?.find(({ type }) => type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : undefined;
  return {
    ...condition,
    lastHeartbeatTime: timestamp(now),
    lastTransitionTime: lastTransitionTime ?? timestamp(now),
  };
}
