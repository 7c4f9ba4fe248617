import { expect, test } from "bun:test";

import { podSummary } from "./pod-summary.ts";
import type { Container, ContainerState, ContainerStatus, Pod, PodSpec, PodStatus } from "./types/core-v1.ts";

const container = (name: string, restartPolicy?: "Always"): Container => ({ name, restartPolicy });

function containerStatus(name: string, state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name, image: "", imageID: "", ready: false, restartCount: 0, state, ...more };
}

const running = (name: string, more: Partial<ContainerStatus> = {}): ContainerStatus =>
  containerStatus(name, { running: {} }, { ready: true, started: true, ...more });
const waiting = (name: string, reason: string, more: Partial<ContainerStatus> = {}): ContainerStatus =>
  containerStatus(name, { waiting: { reason } }, more);
const ended = (name: string, exitCode: number, reason?: string, signal?: number): ContainerStatus =>
  containerStatus(name, { terminated: { exitCode, reason, signal } });
const lastEnd = (finishedAt: string): Partial<ContainerStatus> => ({
  lastState: { terminated: { exitCode: 1, finishedAt } },
});

const READY = { type: "Ready", status: "True" };
const INITIALIZED = { type: "Initialized", status: "True" };
const two = [container("a"), container("b")];
const one = [container("a")];

interface Case {
  readonly spec: PodSpec;
  readonly status: PodStatus;
  readonly metadata?: Pod["metadata"];
  /** READY, STATUS, RESTARTS and the end before the last restart. */
  readonly shows: readonly [string, string, number, string?];
}

const CASES: Record<string, Case> = {
  "just created": { spec: { containers: two }, status: { phase: "Pending" }, shows: ["0/2", "Pending", 0] },
  gated: {
    spec: { containers: one },
    status: { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }] },
    shows: ["0/1", "SchedulingGated", 0],
  },
  running: {
    spec: { containers: two },
    status: {
      phase: "Running",
      containerStatuses: [running("a"), running("b", { restartCount: 2, ...lastEnd("2026-01-01T00:00:00Z") })],
    },
    shows: ["2/2", "Running", 2, "2026-01-01T00:00:00Z"],
  },
  evicted: { spec: { containers: one }, status: { phase: "Failed", reason: "Evicted" }, shows: ["0/1", "Evicted", 0] },
  crashing: {
    spec: { containers: two },
    status: {
      phase: "Running",
      containerStatuses: [
        waiting("a", "CrashLoopBackOff", { restartCount: 3, ...lastEnd("2026-01-02T00:00:00Z") }),
        running("b", { restartCount: 1, ...lastEnd("2026-01-01T00:00:00Z") }),
      ],
    },
    shows: ["1/2", "CrashLoopBackOff", 4, "2026-01-02T00:00:00Z"],
  },
  completed: {
    spec: { containers: one },
    status: { phase: "Succeeded", containerStatuses: [ended("a", 0, "Completed")] },
    shows: ["0/1", "Completed", 0],
  },
  "ended by a signal": {
    spec: { containers: one },
    status: { phase: "Failed", containerStatuses: [ended("a", 137, undefined, 9)] },
    shows: ["0/1", "Signal:9", 0],
  },
  "ended without a reason": {
    spec: { containers: one },
    status: { phase: "Failed", containerStatuses: [ended("a", 2)] },
    shows: ["0/1", "ExitCode:2", 0],
  },
  "completed beside a running container of a ready pod": {
    spec: { containers: two },
    status: { phase: "Running", conditions: [READY], containerStatuses: [ended("a", 0, "Completed"), running("b")] },
    shows: ["1/2", "Running", 0],
  },
  "completed beside a running container of an unready pod": {
    spec: { containers: two },
    status: { phase: "Running", containerStatuses: [ended("a", 0, "Completed"), running("b")] },
    shows: ["1/2", "NotReady", 0],
  },
  "completed beside a failed container": {
    spec: { containers: two },
    status: { phase: "Failed", containerStatuses: [ended("a", 0, "Completed"), ended("b", 1, "Error")] },
    shows: ["0/2", "Error", 0],
  },
  initialising: {
    spec: { containers: one, initContainers: two },
    status: {
      phase: "Pending",
      initContainerStatuses: [ended("a", 0, "Completed"), waiting("b", "PodInitializing")],
      containerStatuses: [waiting("a", "PodInitializing")],
    },
    shows: ["0/1", "Init:1/2", 0],
  },
  "failing to initialise": {
    spec: { containers: one, initContainers: two },
    status: {
      phase: "Pending",
      initContainerStatuses: [
        waiting("a", "CrashLoopBackOff", { restartCount: 5, ...lastEnd("2026-01-01T00:00:00Z") }),
      ],
    },
    shows: ["0/1", "Init:CrashLoopBackOff", 5, "2026-01-01T00:00:00Z"],
  },
  "with a failed init container": {
    spec: { containers: one, initContainers: two },
    status: { phase: "Failed", initContainerStatuses: [ended("a", 1, "Error")] },
    shows: ["0/1", "Init:Error", 0],
  },
  "with an init container ended by a signal": {
    spec: { containers: one, initContainers: two },
    status: { phase: "Failed", initContainerStatuses: [ended("a", 137, undefined, 9)] },
    shows: ["0/1", "Init:Signal:9", 0],
  },
  "with a sidecar": {
    spec: { containers: one, initContainers: [container("s", "Always"), container("i")] },
    status: {
      phase: "Running",
      initContainerStatuses: [
        running("s", { restartCount: 1, ...lastEnd("2026-01-03T00:00:00Z") }),
        containerStatus("i", { terminated: { exitCode: 0 } }, { restartCount: 7, ...lastEnd("2026-01-04T00:00:00Z") }),
      ],
      containerStatuses: [running("a")],
    },
    shows: ["2/2", "Running", 1, "2026-01-03T00:00:00Z"],
  },
  "with a sidecar that restarts after initialisation": {
    spec: { containers: one, initContainers: [container("s", "Always")] },
    status: {
      phase: "Running",
      conditions: [INITIALIZED],
      initContainerStatuses: [waiting("s", "CrashLoopBackOff", { restartCount: 2, started: false })],
      containerStatuses: [running("a")],
    },
    shows: ["1/2", "Init:CrashLoopBackOff", 2],
  },
  terminating: {
    spec: { containers: one },
    metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" },
    status: { phase: "Running", containerStatuses: [running("a")] },
    shows: ["1/1", "Terminating", 0],
  },
  "deleted after its end": {
    spec: { containers: one },
    metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" },
    status: { phase: "Succeeded", containerStatuses: [ended("a", 0, "Completed")] },
    shows: ["0/1", "Completed", 0],
  },
  "deleted on a lost node": {
    spec: { containers: one },
    metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" },
    status: { phase: "Running", reason: "NodeLost" },
    shows: ["0/1", "Unknown", 0],
  },
};

for (const [name, { spec, status, metadata = {}, shows }] of Object.entries(CASES)) {
  test(`podSummary of a pod ${name}`, () => {
    const summary = podSummary({ apiVersion: "v1", kind: "Pod", metadata, spec, status });
    const ready = `${summary.readyContainers}/${summary.totalContainers}`;
    expect([ready, summary.status, summary.restarts, summary.lastRestart]).toEqual([
      ...shows,
      ...(shows.length < 4 ? [undefined] : []),
    ]);
  });
}
