import { timestamp } from "../../lib/time/clock.ts";
import type { NetworkStats } from "../runtime/runtime.ts";
import type { MeasuredStats } from "../stats/usage-meter.ts";
import {
  type DiskSpace,
  type MeasuredPod,
  measuredPods,
  type NodeSnapshot,
  startOf,
  usageSum,
} from "./node-snapshot.ts";

type Json = Record<string, unknown>;

/** /stats/summary: the kubelet's stats/v1alpha1. With `onlyCpuAndMemory` what its query of that name asks for. */
export function statsSummary(snapshot: NodeSnapshot, onlyCpuAndMemory: boolean): Json {
  const { nodeName, machine, startedAt, measured, disk, now } = snapshot;
  const sum = usageSum(measured);
  const available = machine.runtime.memoryBytes - sum.workingSetBytes;
  const fs = onlyCpuAndMemory ? undefined : fsStats(disk, now);
  return {
    node: {
      nodeName,
      startTime: timestamp(startedAt),
      cpu: cpuStats(sum, now),
      memory: { ...memoryStats(sum, now), availableBytes: Math.max(available, 0) },
      ...(fs ? { fs, runtime: { imageFs: fs, containerFs: fs } } : {}),
    },
    pods: measuredPods(snapshot).map((pod) => podStats(pod, onlyCpuAndMemory)),
  };
}

function podStats({ pod, containers, sandbox }: MeasuredPod, onlyCpuAndMemory: boolean): Json {
  const { name, namespace, uid } = pod.metadata;
  const all = [...containers, ...(sandbox ? [sandbox] : [])];
  const sum = usageSum(all);
  return {
    podRef: { name, namespace, uid },
    startTime: pod.status?.startTime ?? null,
    containers: containers.map((container) => ({
      name: container.stats.name,
      startTime: timestamp(startOf(pod, container.stats.id) ?? 0),
      ...containerUsage(container),
    })),
    cpu: cpuStats(sum, sum.readAt),
    memory: memoryStats(sum, sum.readAt),
    ...(onlyCpuAndMemory ? {} : networkStats(sandbox)),
    process_stats: { process_count: sum.processes },
  };
}

function containerUsage(measured: MeasuredStats): Json {
  const sum = usageSum([measured]);
  return { cpu: cpuStats(sum, sum.readAt), memory: memoryStats(sum, sum.readAt) };
}

type Sum = ReturnType<typeof usageSum>;

const cpuStats = ({ cpuNanocores, cpuNanoseconds }: Sum, at: number): Json => ({
  time: timestamp(at),
  usageNanoCores: cpuNanocores,
  usageCoreNanoSeconds: cpuNanoseconds,
});

const memoryStats = (sum: Sum, at: number): Json => ({
  time: timestamp(at),
  usageBytes: sum.usageBytes,
  workingSetBytes: sum.workingSetBytes,
  rssBytes: sum.rssBytes,
  pageFaults: sum.pageFaults,
  majorPageFaults: sum.majorPageFaults,
});

function networkStats(sandbox: MeasuredStats | undefined): Json {
  const network = sandbox?.stats.network;
  if (!network) return {};
  const eth0 = { name: "eth0", ...interfaceStats(network) };
  return { network: { time: timestamp(sandbox.stats.readAt), ...eth0, interfaces: [eth0] } };
}

const interfaceStats = ({ receivedBytes, receiveErrors, sentBytes, sendErrors }: NetworkStats): Json => ({
  rxBytes: receivedBytes,
  rxErrors: receiveErrors,
  txBytes: sentBytes,
  txErrors: sendErrors,
});

const fsStats = ({ capacityBytes, availableBytes, inodes, freeInodes }: DiskSpace, at: number): Json => ({
  time: timestamp(at),
  availableBytes,
  capacityBytes,
  usedBytes: capacityBytes - availableBytes,
  inodesFree: freeInodes,
  inodes,
  inodesUsed: inodes - freeInodes,
});
