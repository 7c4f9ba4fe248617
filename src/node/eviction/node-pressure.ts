import { podRequests } from "../../api/pod-resources.ts";
import { formatQuantity, quantityValue, wholeQuantity } from "../../api/quantity.ts";
import { isStaticPod } from "../../api/static-pod.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { wholeAmount } from "../resource-amounts.ts";

/** What is left of a machine. */
export interface Observation {
  /** Undefined where the engine runs on another machine. */
  readonly memory: Available | undefined;
  readonly disk: Available;
  /** Files that the disk has room for; undefined where it does not count them. */
  readonly inodes?: { readonly available: number; readonly capacity: number } | undefined;
}

export interface Available {
  readonly availableBytes: number;
  readonly capacityBytes: number;
}

export type PressureCondition = "MemoryPressure" | "DiskPressure";

/** Of one resource there is less than there should be. */
export interface Pressure {
  readonly condition: PressureCondition;
  readonly resource: "memory" | "ephemeral-storage" | "inodes";
  /** Bytes, or inodes. */
  readonly threshold: number;
  readonly available: number;
}

/** The kubelet's threshold. */
const LEAST_MEMORY_BYTES = 100 * 2 ** 20;
/** The kubelet's share; but a workstation's large disk may be nearly full for years, so a gigabyte is enough. */
const LEAST_DISK_SHARE = 0.1;
const ENOUGH_DISK_BYTES = 2 ** 30;
/** The kubelet's. */
const LEAST_INODE_SHARE = 0.05;

/** The resource that has to be won back first stands first. */
export function pressuresOf({ memory, disk, inodes }: Observation): Pressure[] {
  const diskThreshold = Math.min(Math.floor(disk.capacityBytes * LEAST_DISK_SHARE), ENOUGH_DISK_BYTES);
  const inodeThreshold = Math.floor((inodes?.capacity ?? 0) * LEAST_INODE_SHARE);
  return [
    ...(memory && memory.availableBytes < LEAST_MEMORY_BYTES
      ? [pressure("MemoryPressure", "memory", LEAST_MEMORY_BYTES, memory.availableBytes)]
      : []),
    ...(disk.availableBytes < diskThreshold
      ? [pressure("DiskPressure", "ephemeral-storage", diskThreshold, disk.availableBytes)]
      : []),
    ...(inodes && inodes.available < inodeThreshold
      ? [pressure("DiskPressure", "inodes", inodeThreshold, inodes.available)]
      : []),
  ];
}

const pressure = (
  condition: PressureCondition,
  resource: Pressure["resource"],
  threshold: number,
  available: number,
): Pressure => ({ condition, resource, threshold, available });

/** A pod that could go, and what each of its containers uses of the resource. */
export interface EvictionCandidate {
  readonly pod: Readonly<Pod>;
  readonly usage: ReadonlyMap<string, number>;
}

const CRITICAL_PRIORITY = 2_000_000_000;

/**
 * Who goes first: whoever uses more than was asked for, then the less important, then whoever uses most beyond that
 * (pkg/kubelet/eviction/helpers.go). Critical pods stay.
 */
export function evictionOrder(
  candidates: readonly EvictionCandidate[],
  resource: Pressure["resource"],
): EvictionCandidate[] {
  const excess = new Map(candidates.map((candidate) => [candidate, excessOf(candidate, resource)]));
  const excessBytes = (candidate: EvictionCandidate): number => excess.get(candidate) ?? 0;
  const priority = ({ pod }: EvictionCandidate): number => pod.spec?.priority ?? 0;
  return candidates
    .filter((candidate) => priority(candidate) < CRITICAL_PRIORITY && !isStaticPod(candidate.pod))
    .toSorted(
      (a, b) =>
        Number(excessBytes(b) > 0) - Number(excessBytes(a) > 0) ||
        priority(a) - priority(b) ||
        excessBytes(b) - excessBytes(a),
    );
}

function excessOf({ pod, usage }: EvictionCandidate, resource: string): number {
  const requested = podRequests(pod)[resource];
  const used = [...usage.values()].reduce((sum, bytes) => sum + bytes, 0);
  return used - (requested ? Number(quantityValue(requested)) : 0);
}

/** Why a pod had to go, in the kubelet's words. */
export function evictionMessage(
  { pod, usage }: EvictionCandidate,
  { resource, threshold, available }: Pressure,
): string {
  // Nobody asks for inodes, so nobody is blamed for them.
  if (resource === "inodes") {
    return `The node was low on resource: inodes. Threshold quantity: ${bytesText(threshold)}, available: ${available}. `;
  }
  const met = `Threshold quantity: ${bytesText(threshold)}, available: ${kibibytesText(available)}. `;
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const blamed = containers.flatMap(({ name, resources }) => {
    const used = usage.get(name) ?? 0;
    const request = resources?.requests?.[resource];
    if (used <= wholeAmount(request)) return [];
    return [
      `Container ${name} was using ${bytesText(used)}, request is ${request ?? 0}, has larger consumption of ${resource}. `,
    ];
  });
  return `The node was low on resource: ${resource}. ${met}${blamed.join("")}`;
}

const bytesText = (bytes: number): string => formatQuantity(wholeQuantity(Math.round(bytes), "BinarySI"));
const kibibytesText = (bytes: number): string => bytesText(Math.floor(bytes / 1024) * 1024);

/** Why a node under pressure takes no such pod; undefined: it does. */
export function pressureRejection(
  pod: Readonly<Pod>,
  qosClass: string | undefined,
  conditions: ReadonlySet<PressureCondition>,
): { readonly reason: string; readonly message: string } | undefined {
  if (conditions.size === 0 || (pod.spec?.priority ?? 0) >= CRITICAL_PRIORITY) return undefined;
  // Memory that was asked for is there for who asked.
  if (!conditions.has("DiskPressure") && qosClass !== "BestEffort") return undefined;
  return { reason: "Evicted", message: `The node had condition: [${[...conditions].join(" ")}]. ` };
}
