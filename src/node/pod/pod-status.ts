import { podRequests } from "../../api/pod-resources.ts";
import { formatQuantity } from "../../api/quantity.ts";
import type { ContainerStatus, Pod, PodCondition, PodStatus } from "../../api/types/core-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { containerStatus, type ContainerStatusContext, hasAppContainerRun } from "../container/container-status.ts";
import { resizeConditions } from "../resize/pod-resize.ts";
import { disruptionTarget, foreignConditions, podConditions } from "./pod-conditions.ts";
import { podPhase, type PodPhase } from "./pod-phase.ts";
import { type ContainerRole, isSidecar, type PodState, usableSandbox } from "./pod-state.ts";
import { isRestartingAll, restartAllCondition } from "./restart-all.ts";

export interface PodStatusContext extends Omit<ContainerStatusContext, "isRestartingAll"> {
  readonly hostIp: string;
  /** The status written last; in the beginning the one the API has. */
  readonly previous: PodStatus | undefined;
  readonly now: number;
}

/** The status of a pod as the kubelet writes it. */
export function podStatus(state: PodState, context: PodStatusContext): PodStatus {
  const { pod, ending } = state;
  const { previous } = context;
  const containers = containerStatuses(state, { ...context, isRestartingAll: isRestartingAll(state, previous) });
  const all = [...containers.init, ...containers.app];
  const isStopped = !state.containers.some(({ state: { phase } }) => phase === "running");
  const computed = podPhase(pod, all, {
    hasEnded: ending !== undefined && isStopped,
    wasInitialized: hasAppContainerRun(state),
  });
  const phase = finalPhase(state, computed);
  // Containers prove that the volumes were there, also to an agent that has not looked at them yet.
  const hasVolumes = state.areVolumesReady || state.containers.length > 0;
  const isReadyToStart = usableSandbox(state) !== undefined && hasVolumes;
  const conditions = [
    ...podConditions({ pod, phase, statuses: all, isReadyToStart }, foreignConditions(pod.status?.conditions)),
    ...restarting(state, phase),
    ...disruption(state),
    ...(ending ? [] : resizeConditions(state.resize)),
  ];
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: conditions.map((condition) => withTransitionTime(condition, previous?.conditions, context.now)),
    ...phaseReason(state, phase, previous),
    hostIP: context.hostIp,
    hostIPs: [{ ip: context.hostIp }],
    ...addresses(state, context),
    startTime: previous?.startTime ?? timestamp(context.now),
    ...(containers.init.length > 0 ? { initContainerStatuses: containers.init } : {}),
    containerStatuses: containers.app,
    ...(containers.ephemeral.length > 0 ? { ephemeralContainerStatuses: containers.ephemeral } : {}),
    ...podLevelResources(pod),
    ...(pod.status?.qosClass === undefined ? {} : { qosClass: pod.status.qosClass }),
    ...(pod.status?.nominatedNodeName === undefined ? {} : { nominatedNodeName: pod.status.nominatedNodeName }),
  };
}

function restarting(state: PodState, phase: PodPhase): PodCondition[] {
  const condition = restartAllCondition(state, phase);
  return condition ? [condition] : [];
}

function disruption({ pod, ending }: PodState): PodCondition[] {
  const isToldAlready = pod.status?.conditions?.some(({ type }) => type === "DisruptionTarget");
  return ending?.why === "failed" && ending.isDisruption && !isToldAlready ? [disruptionTarget(ending.message)] : [];
}

/** Only pods that have resources as a whole show them. */
function podLevelResources(pod: Readonly<Pod>): Partial<PodStatus> {
  const { resources } = pod.spec ?? {};
  if (!resources) return {};
  const requests = Object.entries(podRequests(pod)).map(([name, amount]) => [name, formatQuantity(amount)]);
  return { resources, allocatedResources: Object.fromEntries(requests) };
}

function containerStatuses(state: PodState, context: PodStatusContext & ContainerStatusContext) {
  const { spec } = state.pod;
  const { previous } = context;
  const statusOf = (container: Parameters<typeof containerStatus>[1], role: ContainerRole, old?: ContainerStatus[]) =>
    containerStatus(
      state,
      container,
      role,
      old?.find(({ name }) => name === container.name),
      context,
    );
  return {
    init: (spec?.initContainers ?? []).map((container) =>
      statusOf(container, isSidecar(container) ? "sidecar" : "init", previous?.initContainerStatuses),
    ),
    app: (spec?.containers ?? [])
      .map((container) => statusOf(container, "app", previous?.containerStatuses))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ephemeral: (spec?.ephemeralContainers ?? []).map((container) =>
      statusOf(container, "ephemeral", previous?.ephemeralContainerStatuses),
    ),
  };
}

/** Once Succeeded or Failed, always so. */
function finalPhase({ pod, ending }: PodState, computed: PodPhase): PodPhase {
  const recorded = pod.status?.phase;
  if (recorded === "Succeeded") return "Succeeded";
  if (recorded === "Failed") return "Failed";
  return ending?.why === "failed" ? "Failed" : computed;
}

/** Reason and message belong to the phase: they stay as long as it does. */
function phaseReason({ ending }: PodState, phase: PodPhase, previous: PodStatus | undefined): Partial<PodStatus> {
  if (ending?.why === "failed") return { reason: ending.reason, message: ending.message };
  if (phase !== previous?.phase) return {};
  return {
    ...(previous.reason === undefined ? {} : { reason: previous.reason }),
    ...(previous.message === undefined ? {} : { message: previous.message }),
  };
}

/** A pod keeps showing its last address when it has ended. */
function addresses(state: PodState, { hostIp, previous }: PodStatusContext): Partial<PodStatus> {
  const sandbox = state.sandboxes[0];
  const ip = state.pod.spec?.hostNetwork ? sandbox && hostIp : sandbox?.ip;
  const shown = ip ?? previous?.podIP;
  return shown === undefined ? {} : { podIP: shown, podIPs: [{ ip: shown }] };
}

function withTransitionTime(
  condition: PodCondition,
  previous: readonly PodCondition[] | undefined,
  now: number,
): PodCondition {
  if (condition.lastTransitionTime !== undefined) return condition;
  const before = previous?.find(({ type }) => type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : undefined;
  return { ...condition, lastTransitionTime: lastTransitionTime ?? timestamp(now) };
}
