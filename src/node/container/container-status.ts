import { formatQuantity, milliQuantity, wholeQuantity } from "../../api/quantity.ts";
import type {
  Container,
  ContainerState,
  ContainerStatus,
  ResourceRequirements,
  VolumeMount,
  VolumeMountStatus,
} from "../../api/types/core-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { ContainerWait } from "../pod/pod-plan.ts";
import { type ContainerRole, latestContainer, type PodState } from "../pod/pod-state.ts";
import { REMOVED_FOR_RESTART } from "../pod/restart-all.ts";
import { restartsAfter } from "../pod/restart-policy.ts";
import type { ContainerRecord } from "../runtime/runtime.ts";
import { containerLimits } from "./container-resources.ts";

/** What a status needs to know beside the pod's own state. */
export interface ContainerStatusContext {
  /** Before the colon of container ids: `docker`. */
  readonly runtimeName: string;
  readonly waits: ReadonlyMap<string, ContainerWait>;
  readonly supportsRecursiveReadOnly: boolean;
  /** What has no record was removed to start anew. */
  readonly isRestartingAll: boolean;
}

/** The status of one container as the kubelet writes it (pkg/kubelet/kubelet_pods.go, convertToAPIContainerStatuses). */
export function containerStatus(
  state: PodState,
  container: Container,
  role: ContainerRole,
  previous: ContainerStatus | undefined,
  context: ContainerStatusContext,
): ContainerStatus {
  // One that was made but never started is removed and made again: it has not counted yet.
  const [latest, earlier] = state.containers.filter(
    ({ name, state: { phase } }) => name === container.name && phase !== "created",
  );
  const status = latest
    ? recordedStatus(state, container, latest, earlier, previous, context)
    : unrecordedStatus(state, container, role, previous, context);
  return withReadiness(state, container, role, latest, withWait(state, container, role, latest, status, context));
}

function recordedStatus(
  state: PodState,
  container: Container,
  record: ContainerRecord,
  earlier: ContainerRecord | undefined,
  previous: ContainerStatus | undefined,
  context: ContainerStatusContext,
): ContainerStatus {
  const { runtimeName } = context;
  const containerID = `${runtimeName}://${record.id}`;
  const stateOf = (one: ContainerRecord): ContainerState =>
    runState(one, runtimeName, state.terminationMessages.get(one.id));
  return {
    ...commonStatus(container, context),
    resources: resourcesInForce(state, container, record),
    image: record.image,
    imageID: record.imageId,
    containerID,
    restartCount: Math.max(record.restartCount, previous?.restartCount ?? 0),
    state: stateOf(record),
    lastState: earlier ? stateOf(earlier) : (previous?.lastState ?? {}),
    ...identity(container, record, previous?.containerID === containerID ? previous : undefined),
  };
}

/** As whom it was started, which it may have changed since, and what stops it if it says so. */
function identity(
  { lifecycle }: Container,
  { user }: ContainerRecord,
  previous: ContainerStatus | undefined,
): Pick<ContainerStatus, "user" | "stopSignal"> {
  const shown = previous?.user ?? (user && { linux: { ...user, supplementalGroups: [...user.supplementalGroups] } });
  return {
    ...(shown ? { user: shown } : {}),
    ...(lifecycle?.stopSignal === undefined ? {} : { stopSignal: lifecycle.stopSignal }),
  };
}

/** While a resize goes on, a running container shows what it has, not what it will have. */
function resourcesInForce(state: PodState, container: Container, record: ContainerRecord): ResourceRequirements {
  const { resources = {} } = container;
  if (record.state.phase !== "running") return resources;
  const granted = containerLimits(state.pod, container);
  const { cpuShares, cpuQuota, memoryLimitBytes } = record.limits;
  const shown = (list: "requests" | "limits", name: string, isAsGranted: boolean, actual: string | undefined) =>
    resources[list]?.[name] === undefined || isAsGranted || actual === undefined ? {} : { [name]: actual };
  const { requests, limits } = resources;
  const cpuRequest = cpuShares === undefined ? undefined : milliQuantityText(Math.round((cpuShares * 1000) / 1024));
  const cpuLimit = cpuQuota === undefined ? undefined : milliQuantityText(cpuQuota / 100);
  const memoryLimit =
    memoryLimitBytes === undefined ? undefined : formatQuantity(wholeQuantity(memoryLimitBytes, "BinarySI"));
  return {
    ...resources,
    ...(requests
      ? { requests: { ...requests, ...shown("requests", "cpu", granted.cpuShares === cpuShares, cpuRequest) } }
      : {}),
    ...(limits
      ? {
          limits: {
            ...limits,
            ...shown("limits", "cpu", granted.cpuQuota === cpuQuota, cpuLimit),
            ...shown("limits", "memory", granted.memoryLimitBytes === memoryLimitBytes, memoryLimit),
          },
        }
      : {}),
  };
}

const milliQuantityText = (milli: number): string => formatQuantity(milliQuantity(milli, "DecimalSI"));

/** A container that the engine does not know: not made yet, or removed by someone. */
function unrecordedStatus(
  state: PodState,
  container: Container,
  role: ContainerRole,
  previous: ContainerStatus | undefined,
  context: ContainerStatusContext,
): ContainerStatus {
  if (context.isRestartingAll && role !== "ephemeral" && previous?.state && !previous.state.waiting) {
    return { ...commonStatus(container, context), restartCount: previous.restartCount + 1, ...REMOVED_FOR_RESTART };
  }
  if (previous?.state?.terminated) return previous;
  const hasInitContainers = (state.pod.spec?.initContainers?.length ?? 0) > 0;
  const waiting: ContainerStatus = {
    ...commonStatus(container, context),
    restartCount: previous?.restartCount ?? 0,
    state: { waiting: { reason: hasInitContainers ? "PodInitializing" : "ContainerCreating" } },
    lastState: previous?.lastState ?? {},
  };
  if (role === "init" && state.containers.some(({ name }) => isAppContainer(state, name))) {
    const message =
      "Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally";
    return { ...waiting, state: { terminated: { exitCode: 0, reason: "Completed", message } } };
  }
  if (!previous?.state?.running) return waiting;
  // It was running when last seen. Without an end in its status the pod would fall back to Pending.
  const message = "The container could not be located when the pod was deleted.  The container used to be Running";
  return {
    ...waiting,
    restartCount: waiting.restartCount + (state.pod.metadata.deletionTimestamp === undefined ? 1 : 0),
    lastState: waiting.lastState?.terminated
      ? waiting.lastState
      : { terminated: { exitCode: 137, reason: "ContainerStatusUnknown", message } },
  };
}

function commonStatus(container: Container, { supportsRecursiveReadOnly }: ContainerStatusContext): ContainerStatus {
  const { resources, volumeMounts } = container;
  return {
    name: container.name,
    image: container.image ?? "",
    imageID: "",
    ready: false,
    restartCount: 0,
    resources: resources ?? {},
    ...(resources?.requests ? { allocatedResources: resources.requests } : {}),
    ...(volumeMounts
      ? { volumeMounts: volumeMounts.map((mount) => mountStatus(mount, supportsRecursiveReadOnly)) }
      : {}),
  };
}

function mountStatus(mount: VolumeMount, supportsRecursive: boolean): VolumeMountStatus {
  const { name, mountPath, readOnly, recursiveReadOnly: mode = "Disabled" } = mount;
  const recursiveReadOnly = mode !== "Disabled" && supportsRecursive ? "Enabled" : "Disabled";
  return { name, mountPath, ...(readOnly ? { readOnly: true, recursiveReadOnly } : {}) };
}

function runState({ id, state: run }: ContainerRecord, runtimeName: string, lastWords: string | undefined) {
  switch (run.phase) {
    case "created":
      return { waiting: {} };
    case "running":
      return { running: { startedAt: timestamp(run.startedAt) } };
    case "exited": {
      const message = [run.error, lastWords].filter(Boolean).join(": ");
      return {
        terminated: {
          exitCode: run.exitCode,
          reason: exitReason(run),
          ...(message === "" ? {} : { message }),
          ...(run.signal === undefined ? {} : { signal: run.signal }),
          startedAt: timestamp(run.startedAt),
          finishedAt: timestamp(run.finishedAt),
          containerID: `${runtimeName}://${id}`,
        },
      };
    }
  }
}

type Exit = Extract<ContainerRecord["state"], { phase: "exited" }>;

function exitReason(exit: Exit): string {
  if (exit.oomKilled) return "OOMKilled";
  if (exit.error !== undefined) return "StartError";
  return exit.exitCode === 0 ? "Completed" : "Error";
}

/** A container that starts again is waiting, and says for what; how it ended last moves to lastState. */
function withWait(
  state: PodState,
  container: Container,
  role: ContainerRole,
  record: ContainerRecord | undefined,
  status: ContainerStatus,
  { waits }: ContainerStatusContext,
): ContainerStatus {
  const wait = waits.get(container.name) ?? state.startFailures.get(container.name);
  if (!wait || state.ending || !startsAgain(state, container, role, record)) return status;
  const { reason, message } = wait;
  return {
    ...status,
    state: { waiting: { reason, ...(message === "" ? {} : { message }) } },
    ...(status.state?.terminated ? { lastState: { terminated: status.state.terminated } } : {}),
  };
}

function startsAgain(
  state: PodState,
  container: Container,
  role: ContainerRole,
  record: ContainerRecord | undefined,
): boolean {
  if (record?.state.phase === "running") return false;
  if (record?.state.phase !== "exited") return true;
  if (role === "init" && record.state.exitCode === 0) return false;
  return role !== "ephemeral" && restartsAfter(container, state.pod, record.state.exitCode);
}

function withReadiness(
  state: PodState,
  container: Container,
  role: ContainerRole,
  record: ContainerRecord | undefined,
  status: ContainerStatus,
): ContainerStatus {
  if (role === "ephemeral") return status;
  const isRunning = status.state?.running !== undefined;
  const probes = record ? state.probes.get(record.id) : undefined;
  const started = isRunning && (!container.startupProbe || probes?.startup === "success");
  if (role === "init") return { ...status, started, ready: status.state?.terminated?.exitCode === 0 };
  const ready = started && (!container.readinessProbe || probes?.readiness === "success");
  return { ...status, started, ready };
}

/** Whether a container of the pod's own list has run. */
export function hasAppContainerRun(state: PodState): boolean {
  return (state.pod.spec?.containers ?? []).some(({ name }) => latestContainer(state, name) !== undefined);
}

function isAppContainer({ pod }: PodState, name: string): boolean {
  return pod.spec?.containers.some((container) => container.name === name) ?? false;
}
