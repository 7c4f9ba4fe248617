import type { Container, ContainerStatus, Pod, PodCondition } from "../../api/types/core-v1.ts";
import type { PodPhase } from "./pod-phase.ts";
import { isSidecar } from "./pod-state.ts";

/** What the kubelet's conditions are made from. */
export interface ConditionFacts {
  readonly pod: Readonly<Pod>;
  readonly phase: PodPhase;
  readonly statuses: readonly ContainerStatus[];
  /** The sandbox and the volumes are there. */
  readonly isReadyToStart: boolean;
}

type Verdict = Pick<PodCondition, "status" | "reason" | "message">;

/** Conditions that the kubelet owns, in its order, without times; those of others stay as they are and come first. */
export function podConditions(facts: ConditionFacts, others: readonly PodCondition[]): PodCondition[] {
  const containersReady = containersReadyVerdict(facts);
  const generation = facts.pod.metadata.generation;
  const condition = (type: string, verdict: Verdict): PodCondition => ({
    type,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...verdict,
  });
  return [
    ...others,
    condition("PodReadyToStartContainers", { status: facts.isReadyToStart ? "True" : "False" }),
    condition("Initialized", initializedVerdict(facts)),
    condition("Ready", readyVerdict(facts, containersReady, others)),
    condition("ContainersReady", containersReady),
    condition("PodScheduled", { status: "True" }),
  ];
}

const OWNED = new Set([
  "PodResizePending",
  "PodResizeInProgress",
  "PodReadyToStartContainers",
  "Initialized",
  "Ready",
  "ContainersReady",
  "PodScheduled",
  "AllContainersRestarting",
]);

/** Why the node ended a pod that did nothing wrong (KEP-3329). */
export const disruptionTarget = (message: string): PodCondition => ({
  type: "DisruptionTarget",
  status: "True",
  reason: "TerminationByKubelet",
  message,
});

/** Readiness gates and whatever else others wrote. */
export function foreignConditions(conditions: readonly PodCondition[] | undefined): PodCondition[] {
  return (conditions ?? []).filter(({ type }) => !OWNED.has(type));
}

function containersReadyVerdict({ pod, phase, statuses }: ConditionFacts): Verdict {
  const containers = [...(pod.spec?.initContainers ?? []).filter(isSidecar), ...(pod.spec?.containers ?? [])];
  const [unknown, unready] = sorted(containers, statuses, ({ ready }) => ready);
  if (phase === "Succeeded" && unknown.length === 0) return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const message = problems(unknown, unready, "unready");
  return message === "" ? { status: "True" } : { status: "False", reason: "ContainersNotReady", message };
}

function readyVerdict({ pod }: ConditionFacts, containersReady: Verdict, conditions: readonly PodCondition[]): Verdict {
  if (containersReady.status !== "True") return containersReady;
  const messages = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = conditions.find(({ type }) => type === conditionType);
    if (!gate) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (gate.status === "True") return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`];
  });
  if (messages.length === 0) return { status: "True" };
  return { status: "False", reason: "ReadinessGatesNotReady", message: messages.join(", ") };
}

function initializedVerdict({ pod, phase, statuses }: ConditionFacts): Verdict {
  const containers = pod.spec?.initContainers ?? [];
  const [unknown, incomplete] = sorted(containers, statuses, (status, container) =>
    isSidecar(container) ? status.started === true : status.ready,
  );
  if (phase === "Succeeded" && unknown.length === 0) return { status: "True", reason: "PodCompleted" };
  const appNames = new Set(pod.spec?.containers.map(({ name }) => name));
  if (statuses.some((status) => appNames.has(status.name) && hasStarted(status))) return { status: "True" };
  const message = problems(unknown, incomplete, "incomplete");
  return message === "" ? { status: "True" } : { status: "False", reason: "ContainersNotInitialized", message };
}

function hasStarted({ started, state, lastState }: ContainerStatus): boolean {
  return started === true || [state, lastState].some((one) => one?.running ?? one?.terminated);
}

/** Names of containers without a status, and of those whose status is not good. */
function sorted(
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  isGood: (status: ContainerStatus, container: Container) => boolean,
): [unknown: string[], bad: string[]] {
  const unknown: string[] = [];
  const bad: string[] = [];
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    if (!status) unknown.push(container.name);
    else if (!isGood(status, container)) bad.push(container.name);
  }
  return [unknown, bad];
}

function problems(unknown: readonly string[], bad: readonly string[], word: string): string {
  return [
    ...(unknown.length > 0 ? [`containers with unknown status: [${unknown.join(" ")}]`] : []),
    ...(bad.length > 0 ? [`containers with ${word} status: [${bad.join(" ")}]`] : []),
  ].join(", ");
}
