import type { ContainerInfo, ContainerInspectInfo } from "dockerode";

import type { ContainerLimits, ContainerRecord, ContainerRunState, SandboxRecord } from "../runtime.ts";
import { foreignLabels, LABEL, podOfLabels } from "./labels.ts";

/** A sandbox as the engine lists it; undefined when its labels are not ours. */
export function sandboxRecord(listed: ContainerInfo): SandboxRecord | undefined {
  const pod = podOfLabels(listed.Labels);
  if (!pod) return undefined;
  return {
    id: listed.Id,
    pod,
    attempt: Number(listed.Labels[LABEL.attempt] ?? 0),
    isRunning: listed.State === "running",
    ip: listed.Labels[LABEL.ip],
    createdAt: listed.Created * 1000,
  };
}

/** A container as the engine describes it; undefined when its labels are not ours. */
export function containerRecord(inspected: ContainerInspectInfo): ContainerRecord | undefined {
  const labels = inspected.Config.Labels;
  const pod = podOfLabels(labels);
  const name = labels[LABEL.containerName];
  const sandboxId = labels[LABEL.sandboxId];
  if (!pod || name === undefined || sandboxId === undefined) return undefined;
  const createdAt = Date.parse(inspected.Created);
  return {
    id: inspected.Id,
    pod,
    sandboxId,
    name,
    restartCount: Number(labels[LABEL.attempt] ?? 0),
    image: inspected.Config.Image,
    imageId: inspected.Image,
    labels: foreignLabels(labels),
    limits: limitsOf(inspected.HostConfig),
    createdAt,
    state: runState(inspected.State, createdAt),
  };
}

/** The engine writes 0 for what is not limited. */
const limitsOf = ({ CpuShares, CpuQuota, Memory }: ContainerInspectInfo["HostConfig"]): ContainerLimits => ({
  cpuShares: CpuShares || undefined,
  cpuQuota: CpuQuota || undefined,
  memoryLimitBytes: Memory || undefined,
});

type EngineState = ContainerInspectInfo["State"];

/** A program that a signal ended has 128 and the signal as its exit code. */
const SIGNAL_BASE = 128;
const LAST_SIGNAL = 64;

function runState(state: EngineState, createdAt: number): ContainerRunState {
  if (state.Running) return { phase: "running", startedAt: Date.parse(state.StartedAt), pid: state.Pid || undefined };
  // A container that failed to start stays "created" and keeps the reason.
  if (state.Status === "created" && !state.Error) return { phase: "created" };
  const signal = state.ExitCode - SIGNAL_BASE;
  return {
    phase: "exited",
    startedAt: timeOr(state.StartedAt, createdAt),
    finishedAt: timeOr(state.FinishedAt, createdAt),
    exitCode: state.ExitCode,
    signal: signal > 0 && signal <= LAST_SIGNAL && !state.Error ? signal : undefined,
    oomKilled: state.OOMKilled,
    error: state.Error || undefined,
  };
}

/** The engine writes the year 1 for what has not happened. */
function timeOr(text: string, otherwise: number): number {
  const time = Date.parse(text);
  return time > 0 ? time : otherwise;
}
