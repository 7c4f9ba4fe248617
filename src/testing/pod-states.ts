import type { PodStatus } from "../api/types/core-v1.ts";
import type { ObjectMeta } from "../api/types/meta-v1.ts";
import { containersNewestFirst, type PodEnding, type PodState, type ProbeResults } from "../node/pod/pod-state.ts";
import type { PodResize } from "../node/resize/pod-resize.ts";
import type { ContainerLimits, ContainerRecord, ContainerRunState } from "../node/runtime/runtime.ts";

/** The moment of all tables of pod states. */
export const NOW = Date.parse("2026-01-01T00:10:00Z");

/** A PodState as tables write it: what they do not say is ordinary. */
export interface PodStateRow {
  readonly metadata?: ObjectMeta;
  readonly pod?: Readonly<Record<string, unknown>>;
  readonly apiStatus?: PodStatus;
  readonly containers?: readonly ContainerRow[];
  readonly state?: {
    readonly sandbox?: "running" | "dead" | "none";
    readonly sandboxAttempts?: number;
    readonly volumes?: boolean;
    readonly ending?: PodEnding;
    readonly resize?: PodResize;
    readonly setupFailure?: FailureRow;
    readonly startFailures?: Readonly<Record<string, FailureRow>>;
    readonly backoffs?: Readonly<Record<string, { readonly delaySeconds: number; readonly raised: number }>>;
  };
}

interface ContainerRow {
  readonly name: string;
  readonly count?: number;
  readonly run: "created" | "running" | "exited";
  readonly exitCode?: number;
  readonly oomKilled?: boolean;
  readonly error?: string;
  /** Seconds ago. */
  readonly ended?: number;
  readonly image?: string;
  readonly sandbox?: string;
  readonly probes?: ProbeResults;
  readonly lastWords?: string;
  readonly limits?: Partial<ContainerLimits>;
}

interface FailureRow {
  readonly reason: string;
  readonly message: string;
  /** Seconds from now. */
  readonly retryIn: number;
}

const IDENTITY = { uid: "uid-1", name: "web", namespace: "default" };

export function podStateOf({ metadata, pod, apiStatus, containers = [], state = {} }: PodStateRow): PodState {
  const { sandbox = "running", volumes = true, backoffs = {}, startFailures = {} } = state;
  const byId = <T>(of: (row: ContainerRow) => T | undefined): Map<string, T> =>
    new Map(
      containers.flatMap((row) => {
        const value = of(row);
        return value === undefined ? [] : [[idOf(row), value] as const];
      }),
    );
  return {
    pod: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...IDENTITY, ...metadata },
      spec: { containers: [{ name: "main" }], ...pod },
      ...(apiStatus ? { status: apiStatus } : {}),
    },
    ending: state.ending,
    sandboxes:
      sandbox === "none"
        ? []
        : [
            {
              id: "sandbox-0",
              pod: IDENTITY,
              attempt: 0,
              isRunning: sandbox === "running",
              ip: "10.244.0.2",
              createdAt: NOW - 60_000,
            },
          ],
    sandboxAttempts: state.sandboxAttempts ?? (sandbox === "none" ? 0 : 1),
    containers: containersNewestFirst(containers.map(recordOf)),
    areVolumesReady: volumes,
    setupFailure: state.setupFailure && failureOf(state.setupFailure),
    startFailures: new Map(Object.entries(startFailures).map(([name, row]) => [name, failureOf(row)])),
    backoffs: new Map(
      Object.entries(backoffs).map(([name, { delaySeconds, raised }]) => [
        name,
        { delayMs: delaySeconds * 1000, raisedAt: NOW - raised * 1000 },
      ]),
    ),
    probes: byId(({ probes }) => probes),
    terminationMessages: byId(({ lastWords }) => lastWords),
    resize: state.resize ?? {},
  };
}

const idOf = ({ name, count = 0 }: ContainerRow): string => `${name}-${count}`;

const failureOf = ({ reason, message, retryIn }: FailureRow) => ({ reason, message, retryAt: NOW + retryIn * 1000 });

function recordOf(row: ContainerRow): ContainerRecord {
  return {
    id: idOf(row),
    pod: IDENTITY,
    sandboxId: row.sandbox ?? "sandbox-0",
    name: row.name,
    restartCount: row.count ?? 0,
    image: row.image ?? "",
    imageId: "sha256:1",
    labels: {},
    limits: { cpuShares: 2, cpuQuota: undefined, memoryLimitBytes: undefined, ...row.limits },
    createdAt: NOW - 60_000,
    state: runStateOf(row),
  };
}

function runStateOf({ run, exitCode = 0, oomKilled = false, error, ended = 0 }: ContainerRow): ContainerRunState {
  const startedAt = NOW - 60_000;
  switch (run) {
    case "created":
      return { phase: "created" };
    case "running":
      return { phase: "running", startedAt, pid: 1 };
    case "exited":
      return {
        phase: "exited",
        startedAt,
        finishedAt: NOW - ended * 1000,
        exitCode,
        signal: undefined,
        oomKilled,
        error,
      };
  }
}
