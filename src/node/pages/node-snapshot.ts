import type { ContainerStatus, Pod } from "../../api/types/core-v1.ts";
import type { MachineFacts } from "../node-object.ts";
import type { MeasuredStats } from "../stats/usage-meter.ts";

/** All that the pages of a node are made from, at one moment. */
export interface NodeSnapshot {
  readonly nodeName: string;
  readonly machine: MachineFacts;
  /** When the agent started. */
  readonly startedAt: number;
  readonly now: number;
  readonly pods: readonly Readonly<Pod>[];
  readonly measured: readonly MeasuredStats[];
  readonly disk: DiskSpace;
}

/** Of the file system that holds what pods write. */
export interface DiskSpace {
  readonly capacityBytes: number;
  readonly availableBytes: number;
  readonly inodes: number;
  readonly freeInodes: number;
}

/** A pod, with what was measured of its containers and of its sandbox. */
export interface MeasuredPod {
  readonly pod: Readonly<Pod>;
  readonly containers: readonly MeasuredStats[];
  readonly sandbox: MeasuredStats | undefined;
}

export function measuredPods({ pods, measured }: NodeSnapshot): MeasuredPod[] {
  const byUid = Map.groupBy(measured, ({ stats }) => stats.pod.uid);
  return pods.flatMap((pod) => {
    const own = byUid.get(pod.metadata.uid ?? "") ?? [];
    if (own.length === 0) return [];
    return [
      {
        pod,
        containers: own.filter(({ stats }) => stats.name !== undefined),
        sandbox: own.find(({ stats }) => stats.name === undefined),
      },
    ];
  });
}

/** What all of them use together. */
export function usageSum(measured: readonly MeasuredStats[]) {
  const sum = (figure: (each: MeasuredStats) => number): number =>
    measured.reduce((total, each) => total + figure(each), 0);
  return {
    cpuNanocores: sum(({ cpuNanocores }) => cpuNanocores),
    cpuNanoseconds: sum(({ stats }) => stats.cpuUsageNanoseconds),
    workingSetBytes: sum(({ stats }) => stats.memory.workingSetBytes),
    usageBytes: sum(({ stats }) => stats.memory.usageBytes),
    rssBytes: sum(({ stats }) => stats.memory.rssBytes),
    pageFaults: sum(({ stats }) => stats.memory.pageFaults),
    majorPageFaults: sum(({ stats }) => stats.memory.majorPageFaults),
    processes: sum(({ stats }) => stats.processes),
    readAt: Math.max(0, ...measured.map(({ stats }) => stats.readAt)),
  };
}

/** When a container started, as its pod's status says. */
export function startOf({ status }: Readonly<Pod>, containerId: string): number | undefined {
  const startedAt = containerStatuses(status).find(({ containerID }) => containerID?.endsWith(containerId))?.state
    ?.running?.startedAt;
  return startedAt === undefined ? undefined : Date.parse(startedAt);
}

function containerStatuses(status: Pod["status"]): ContainerStatus[] {
  return [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
}
