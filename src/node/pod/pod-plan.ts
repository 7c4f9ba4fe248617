import type { Container } from "../../api/types/core-v1.ts";
import { goDuration } from "../../lib/go/go-duration.ts";
import { appContainerNeeds, type ContainerNeeds, ephemeralNeeds } from "../container/container-needs.ts";
import { backoffEnd, CRASH_LOOP } from "../container/failure-backoff.ts";
import { initContainerNeeds } from "../container/init-container-needs.ts";
import { containerUpdates } from "../resize/pod-resize.ts";
import type { ContainerKill, PodAction } from "./pod-action.ts";
import { latestContainer, type PodState, type StartFailure, usableSandbox } from "./pod-state.ts";
import { podText } from "./pod-text.ts";
import { restartAllActions } from "./restart-all.ts";
import { restartsAfter } from "./restart-policy.ts";

/**
 * What to do next for one pod. The actions may run at the same time; when they are done the worker plans again from the
 * new state, so a plan holds the next step only and the newest wanted state always wins.
 */
export interface PodPlan {
  readonly actions: readonly PodAction[];
  /** Containers that start later, and why not now: what their status shows as waiting. */
  readonly waits: ReadonlyMap<string, ContainerWait>;
  /** When to plan again even if nothing happens. */
  readonly wakeAt: number | undefined;
  /** Set when the pod came to an end by itself: the worker makes it the pod's ending. */
  readonly ends: "finished" | "deadline" | undefined;
}

export interface ContainerWait {
  readonly until: number;
  readonly reason: string;
  readonly message: string;
}

export function podPlan(state: PodState, now: number): PodPlan {
  if (state.ending) return endingPlan(state);
  const deadline = podDeadline(state);
  if (deadline !== undefined && deadline <= now) return { ...NOTHING, ends: "deadline" };
  const plan = usableSandbox(state) && state.areVolumesReady ? containersPlan(state, now) : setupPlan(state, now);
  return { ...plan, wakeAt: earliest(plan.wakeAt, deadline) };
}

const NOTHING: PodPlan = { actions: [], waits: new Map(), wakeAt: undefined, ends: undefined };

/** When `activeDeadlineSeconds` has passed. */
function podDeadline({ pod }: PodState): number | undefined {
  const seconds = pod.spec?.activeDeadlineSeconds;
  const startTime = pod.status?.startTime;
  return seconds === undefined || startTime === undefined ? undefined : Date.parse(startTime) + seconds * 1000;
}

function endingPlan(state: PodState): PodPlan {
  const running = state.containers.filter(({ state: { phase } }) => phase === "running");
  if (running.length > 0) {
    const containerIds = running.map(({ id }) => id);
    return { ...NOTHING, actions: [{ do: "stopPod", containerIds, graceSeconds: graceSeconds(state) }] };
  }
  const sandboxes = state.sandboxes.map(({ id }): PodAction => ({ do: "removeSandbox", sandboxId: id }));
  if (sandboxes.length > 0 || state.ending?.why !== "gone") return { ...NOTHING, actions: sandboxes };
  // As long as the API has the pod its logs can be asked for; from then on nobody can.
  return { ...NOTHING, actions: state.containers.map(({ id }) => removeContainer(id)) };
}

/** How long containers may take to end. Kubernetes also gives at least a second (pkg/kubelet/pod_workers.go). */
function graceSeconds({ pod, ending }: PodState): number {
  if (ending?.why === "failed" && ending.graceSeconds !== undefined) return ending.graceSeconds;
  return Math.max(pod.metadata.deletionGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30, 1);
}

/** Volumes and the sandbox do not need each other: both are made at once. */
function setupPlan(state: PodState, now: number): PodPlan {
  const failure = state.setupFailure;
  const sandbox = usableSandbox(state);
  if (!sandbox) {
    const plan = oldSandboxPlan(state);
    if (plan) return plan;
  }
  if (failure && failure.retryAt > now) return { ...NOTHING, wakeAt: failure.retryAt };
  const actions: PodAction[] = [];
  if (!state.areVolumesReady) actions.push({ do: "mountVolumes" });
  if (!sandbox) {
    actions.push({ do: "runSandbox", attempt: state.sandboxAttempts });
  }
  return { ...NOTHING, actions };
}

/** Clears away what is left of an earlier sandbox; undefined when there is nothing. */
function oldSandboxPlan(state: PodState): PodPlan | undefined {
  const { pod, containers, sandboxes } = state;
  if (containers.length > 0 && !isAnythingLeftToRun(state)) return { ...NOTHING, ends: "finished" };
  const running = containers.filter(({ state: { phase } }) => phase === "running");
  if (running.length > 0) {
    return {
      ...NOTHING,
      actions: running.map(({ id, name }) => ({ do: "killContainer", containerId: id, name, kill: NO_REASON })),
    };
  }
  // A new sandbox starts from the beginning: init containers run again, so their results must not count.
  const initNames = new Set(pod.spec?.initContainers?.map(({ name }) => name));
  const actions: PodAction[] = [
    ...sandboxes.map(({ id }) => ({ do: "removeSandbox" as const, sandboxId: id })),
    ...containers.filter(({ name }) => initNames.has(name)).map(({ id }) => removeContainer(id)),
  ];
  return actions.length > 0 ? { ...NOTHING, actions } : undefined;
}

const removeContainer = (containerId: string): PodAction => ({ do: "removeContainer", containerId });

function isAnythingLeftToRun(state: PodState): boolean {
  const containers = state.pod.spec?.containers ?? [];
  return containers.some((container) => {
    const run = latestContainer(state, container.name)?.state;
    return run?.phase !== "exited" || restartsAfter(container, state.pod, run.exitCode);
  });
}

function containersPlan(state: PodState, now: number): PodPlan {
  const restart = restartAllActions(state);
  if (restart) return { ...NOTHING, actions: restart };
  const unstarted = state.containers.filter(({ state: { phase } }) => phase === "created");
  if (unstarted.length > 0) return { ...NOTHING, actions: unstarted.map(({ id }) => removeContainer(id)) };

  const strays = strayContainers(state);
  if (strays.length > 0) return { ...NOTHING, actions: strays };

  const ephemeral = ephemeralNeeds(state);
  const init = initContainerNeeds(state);
  if (init.isFailed) return { ...NOTHING, ends: "finished" };
  const app = init.isInitialized ? appContainerNeeds(state) : undefined;
  if (app && app.kept === 0 && app.starts.length === 0) return { ...NOTHING, ends: "finished" };
  const kills = [...init.kills, ...(app?.kills ?? [])];
  if (kills.length > 0) return { ...NOTHING, actions: kills };
  const plan = startsPlan(state, [...ephemeral, ...init.starts, ...(app?.starts ?? [])], now);
  if (plan.actions.length > 0) return plan;
  const surplus = surplusContainers(state).map(removeContainer);
  return surplus.length > 0 ? { ...plan, actions: surplus } : withResize(plan, state, now);
}

/** Changes what running containers may use, when there is nothing more urgent. */
function withResize(plan: PodPlan, state: PodState, now: number): PodPlan {
  const updates = containerUpdates(state);
  if (updates.length === 0) return plan;
  const retryAt = state.resize.progress?.retryAt ?? now;
  if (retryAt > now) return { ...plan, wakeAt: earliest(plan.wakeAt, retryAt) };
  return { ...plan, actions: [{ do: "resizeContainers", updates }] };
}

/** An earlier instance that runs again beside the latest: someone started it behind our back. */
function strayContainers(state: PodState): PodAction[] {
  return state.containers
    .filter(({ id, name, state: { phase } }) => phase === "running" && latestContainer(state, name)?.id !== id)
    .map(({ id, name }) => ({ do: "killContainer", containerId: id, name, kill: NO_REASON }));
}

const NO_REASON: ContainerKill = { message: "", failedProbe: undefined };

/** Of each container the latest instance is kept, and the one before it for its logs and its end. */
function surplusContainers({ containers }: PodState): string[] {
  const seen = new Map<string, number>();
  return containers.flatMap(({ id, name }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count > 2 ? [id] : [];
  });
}

/** Starts the first container that may start now: the order of the pod is kept, and one that cannot start holds up no other. */
function startsPlan(state: PodState, starts: ContainerNeeds["starts"], now: number): PodPlan {
  const waits = new Map<string, ContainerWait>();
  let action: PodAction | undefined;
  for (const { container, role } of starts) {
    const wait = containerWait(state, container, now);
    if (wait) waits.set(container.name, wait);
    else action ??= { do: "startContainer", container, role };
    // What comes after an init container must not run before it.
    if (role === "init") break;
  }
  const wakeAt = [...waits.values()].map(({ until }) => until).reduce(earliest, undefined);
  return { ...NOTHING, actions: action ? [action] : [], waits, wakeAt };
}

function containerWait(state: PodState, container: Container, now: number): ContainerWait | undefined {
  const { name } = container;
  const failure: StartFailure | undefined = state.startFailures.get(name);
  if (failure && failure.retryAt > now) return { ...failure, until: failure.retryAt };
  const run = latestContainer(state, name)?.state;
  if (run?.phase !== "exited") return undefined;
  const backoff = state.backoffs.get(name);
  const until = backoffEnd(backoff, run.finishedAt, CRASH_LOOP);
  if (!backoff || until === undefined || until <= now) return undefined;
  const message = `back-off ${goDuration(backoff.delayMs)} restarting failed container=${name} pod=${podText(state.pod)}`;
  return { until, reason: "CrashLoopBackOff", message };
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
