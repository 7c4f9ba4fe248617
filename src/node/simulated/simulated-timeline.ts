import type { Container, Pod } from "../../api/types/core-v1.ts";
import { goDurationMs } from "../../lib/go/go-duration.ts";
import type { ContainerWait } from "../pod/pod-plan.ts";
import { containersNewestFirst, isSidecar, type PodState } from "../pod/pod-state.ts";
import { restartsAfter } from "../pod/restart-policy.ts";
import type { ContainerRecord, ContainerRunState } from "../runtime/runtime.ts";

/** What a simulated pod is like at one moment: it follows from its annotations and when it began, so that nothing has to be kept. */
export interface SimulatedMoment {
  readonly state: PodState;
  readonly waits: ReadonlyMap<string, ContainerWait>;
  /** When it changes next; undefined: never by itself. */
  readonly changesAt: number | undefined;
}

const START_AFTER = "kube.local/start-after";
const RUN_FOR = "kube.local/run-for";
const EXIT_CODE = "kube.local/exit-code";

/** As the kubelet backs off: the first restart is immediate. */
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;

export function simulatedMoment(pod: Readonly<Pod>, ip: string, now: number): SimulatedMoment {
  const { startTime } = pod.status ?? {};
  const startsAt = (startTime === undefined ? now : Date.parse(startTime)) + durationOf(pod, START_AFTER, 0);
  if (now < startsAt) return { state: stateOf(pod, ip, []), waits: new Map(), changesAt: startsAt };
  const containers = pod.spec?.containers ?? [];
  const lives = containers.map((container) => ({ container, life: lifeAt(pod, container, startsAt, now) }));
  const init = (pod.spec?.initContainers ?? []).map((container) =>
    recordOf(pod, container, 0, isSidecar(container) ? running(startsAt) : exited(startsAt, startsAt, 0)),
  );
  const records = [...lives.flatMap(({ life }) => life.records), ...init];
  const isOver = lives.every(({ life }) => life.changesAt === undefined && life.hasEnded);
  const changes = lives.flatMap(({ life }) => life.changesAt ?? []);
  return {
    state: {
      ...stateOf(pod, ip, records),
      ...(isOver && containers.length > 0 ? { ending: { why: "finished" } } : {}),
    },
    waits: new Map(lives.flatMap(({ container, life }) => (life.wait ? [[container.name, life.wait] as const] : []))),
    changesAt: changes.length > 0 ? Math.min(...changes) : undefined,
  };
}

interface Life {
  /** The latest instance, and the one before. */
  readonly records: readonly ContainerRecord[];
  readonly hasEnded: boolean;
  readonly wait: ContainerWait | undefined;
  readonly changesAt: number | undefined;
}

function lifeAt(pod: Readonly<Pod>, container: Container, startsAt: number, now: number): Life {
  const runFor = durationOf(pod, RUN_FOR, undefined);
  const record = (count: number, state: ContainerRunState): ContainerRecord => recordOf(pod, container, count, state);
  if (runFor === undefined) {
    return { records: [record(0, running(startsAt))], hasEnded: false, wait: undefined, changesAt: undefined };
  }
  const exitCode = Number(pod.metadata.annotations?.[EXIT_CODE] ?? 0);
  let begin = startsAt;
  let earlier: ContainerRecord[] = [];
  for (let count = 0; ; count++) {
    const end = begin + Math.max(runFor, 1000);
    if (now < end) {
      return { records: [record(count, running(begin)), ...earlier], hasEnded: false, wait: undefined, changesAt: end };
    }
    const ended = record(count, exited(begin, end, exitCode));
    if (!restartsAfter(container, pod, exitCode)) {
      return { records: [ended, ...earlier], hasEnded: true, wait: undefined, changesAt: undefined };
    }
    const backoffMs = count === 0 ? 0 : Math.min(FIRST_BACKOFF_MS * 2 ** (count - 1), LONGEST_BACKOFF_MS);
    begin = end + backoffMs;
    if (now < begin) {
      const message = `back-off ${backoffMs / 1000}s restarting failed container=${container.name}`;
      const wait = { until: begin, reason: "CrashLoopBackOff", message };
      return { records: [ended, ...earlier], hasEnded: true, wait, changesAt: begin };
    }
    earlier = [ended];
  }
}

function stateOf(pod: Readonly<Pod>, ip: string, records: readonly ContainerRecord[]): PodState {
  const { uid = "", name = "", namespace = "" } = pod.metadata;
  const hasStarted = records.length > 0;
  const sandbox = {
    id: `${uid}-sandbox`,
    pod: { uid, name, namespace },
    attempt: 0,
    isRunning: true,
    ip: pod.spec?.hostNetwork ? undefined : ip,
    createdAt: 0,
  };
  return {
    pod,
    ending: undefined,
    sandboxes: hasStarted ? [sandbox] : [],
    containers: containersNewestFirst(records),
    sandboxAttempts: 1,
    areVolumesReady: true,
    setupFailure: undefined,
    startFailures: new Map(),
    backoffs: new Map(),
    // All is well as long as it runs.
    probes: new Map(records.map(({ id }) => [id, { startup: "success", liveness: "success", readiness: "success" }])),
    terminationMessages: new Map(),
    resize: {},
  };
}

function recordOf(
  { metadata }: Readonly<Pod>,
  container: Container,
  restartCount: number,
  state: ContainerRunState,
): ContainerRecord {
  const { uid = "", name = "", namespace = "" } = metadata;
  const image = container.image ?? "";
  return {
    id: `${uid}-${container.name}-${restartCount}`,
    pod: { uid, name, namespace },
    sandboxId: `${uid}-sandbox`,
    name: container.name,
    restartCount,
    image,
    imageId: `simulated://${image}`,
    labels: {},
    limits: NO_LIMITS,
    createdAt: 0,
    state,
  };
}

const NO_LIMITS = { cpuShares: undefined, cpuQuota: undefined, memoryLimitBytes: undefined };

const running = (startedAt: number): ContainerRunState => ({ phase: "running", startedAt, pid: undefined });

const exited = (startedAt: number, finishedAt: number, exitCode: number): ContainerRunState => ({
  phase: "exited",
  startedAt,
  finishedAt,
  exitCode,
  signal: undefined,
  oomKilled: false,
  error: undefined,
});

function durationOf<T>({ metadata }: Readonly<Pod>, annotation: string, otherwise: T): number | T {
  const text = metadata.annotations?.[annotation];
  return (text === undefined ? undefined : goDurationMs(text)) ?? otherwise;
}
