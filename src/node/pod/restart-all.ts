import type { Container, PodCondition, PodStatus } from "../../api/types/core-v1.ts";
import type { ContainerRecord } from "../runtime/runtime.ts";
import type { PodAction } from "./pod-action.ts";
import type { PodPhase } from "./pod-phase.ts";
import { latestContainer, type PodState } from "./pod-state.ts";
import { matchingRule } from "./restart-policy.ts";

/*
 * A container whose end matches a rule with RestartAllContainers lets all containers of the pod begin anew: in the same sandbox, with the
 * same volumes, init containers first (KEP-5532). All that ran is removed, the containers that wanted it last, so that what goes on can be
 * told from what is left, whoever looks.
 */

const CONDITION = "AllContainersRestarting";
const REASON = "RestartingAllContainers";
const MESSAGE = "The container is removed because RestartAllContainers in place";

/** What to do next on the way there; undefined when nobody wants it. */
export function restartAllActions(state: PodState): PodAction[] | undefined {
  const sources = restartSources(state);
  if (sources.length === 0) return undefined;
  const names = new Set(containersOf(state).map(({ name }) => name));
  const others = state.containers.filter((record) => names.has(record.name) && !sources.includes(record));
  const running = others.filter(({ state: { phase } }) => phase === "running");
  if (running.length > 0) {
    return running.map(({ id, name }) => ({
      do: "killContainer",
      containerId: id,
      name,
      kill: { message: "", failedProbe: undefined, graceSeconds: 0 },
    }));
  }
  return (others.length > 0 ? others : sources).map(({ id }) => ({ do: "removeContainer", containerId: id }));
}

/** Undefined for pods without such a rule. */
export function restartAllCondition(
  state: PodState,
  phase: PodPhase,
): Pick<PodCondition, "type" | "status" | "reason" | "message"> | undefined {
  if (!containersOf(state).some(hasRule)) return undefined;
  if (phase === "Failed") return { type: CONDITION, status: "False", reason: "PodFailed" };
  if (restartSources(state).length === 0) return { type: CONDITION, status: "False" };
  const message = "container exited with restart policy rule";
  return { type: CONDITION, status: "True", reason: "RestartAllContainersStarted", message };
}

/** Whether what has no record any more was removed for it. */
export const isRestartingAll = (state: PodState, previous: PodStatus | undefined): boolean =>
  restartSources(state).length > 0 ||
  (previous?.conditions?.some(({ type, status }) => type === CONDITION && status === "True") ?? false);

/** How a removed container shows that it waits for its next start, and how it came to that. */
export const REMOVED_FOR_RESTART = {
  state: { waiting: { reason: REASON, message: MESSAGE } },
  lastState: { terminated: { exitCode: 137, reason: REASON, message: MESSAGE } },
} as const;

export const wasRemovedForRestart = (end: { readonly reason?: string | undefined }): boolean => end.reason === REASON;

function restartSources(state: PodState): ContainerRecord[] {
  return containersOf(state).flatMap((container) => {
    const record = latestContainer(state, container.name);
    if (record?.state.phase !== "exited") return [];
    return matchingRule(container, record.state.exitCode)?.action === "RestartAllContainers" ? [record] : [];
  });
}

const hasRule = ({ restartPolicyRules = [] }: Container): boolean =>
  restartPolicyRules.some(({ action }) => action === "RestartAllContainers");

const containersOf = ({ pod: { spec } }: PodState): Container[] => [
  ...(spec?.initContainers ?? []),
  ...(spec?.containers ?? []),
];
