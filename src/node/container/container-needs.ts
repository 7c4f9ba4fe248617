import type { Container } from "../../api/types/core-v1.ts";
import type { ContainerKill, PodAction } from "../pod/pod-action.ts";
import { type ContainerRole, latestContainer, type PodState } from "../pod/pod-state.ts";
import { restartsAfter, restartsAfterKill } from "../pod/restart-policy.ts";
import { containerResize } from "../resize/container-resize.ts";
import type { ContainerRecord } from "../runtime/runtime.ts";

type KillAction = Extract<PodAction, { do: "killContainer" }>;

/** What should be different about some containers. */
export interface ContainerNeeds {
  readonly kills: KillAction[];
  readonly starts: { readonly container: Container; readonly role: ContainerRole }[];
}

/** Debugging containers start once and never again, even while the pod initializes. */
export function ephemeralNeeds(state: PodState): ContainerNeeds["starts"] {
  const containers = state.pod.spec?.ephemeralContainers ?? [];
  return containers
    .filter(({ name }) => !latestContainer(state, name))
    .map((container) => ({ container, role: "ephemeral" }));
}

export function appContainerNeeds(state: PodState): ContainerNeeds & { readonly kept: number } {
  const needs: ContainerNeeds & { kept: number } = { kills: [], starts: [], kept: 0 };
  for (const container of state.pod.spec?.containers ?? []) {
    const record = latestContainer(state, container.name);
    if (record?.state.phase !== "running") {
      const isWanted = record?.state.phase !== "exited" || restartsAfter(container, state.pod, record.state.exitCode);
      if (isWanted) needs.starts.push({ container, role: "app" });
      continue;
    }
    const trouble = containerTrouble(state, container, record);
    if (!trouble) {
      needs.kept++;
      continue;
    }
    if (trouble.isResize) {
      needs.kept++;
      needs.kills.push(killOf(record.id, container.name, `Container ${container.name} ${trouble.what}`, undefined));
      continue;
    }
    const restarts = trouble.failedProbe === undefined || restartsAfterKill(container, state.pod);
    const message = `Container ${container.name} ${trouble.what}${restarts ? ", will be restarted" : ""}`;
    needs.kills.push(killOf(record.id, container.name, message, trouble.failedProbe));
    if (restarts) needs.kept++;
  }
  return needs;
}

export const killOf = (
  containerId: string,
  name: string,
  message: string,
  failedProbe: ContainerKill["failedProbe"],
): KillAction => ({
  do: "killContainer",
  containerId,
  name,
  kill: { message, failedProbe },
});

interface ContainerTrouble {
  readonly what: string;
  readonly failedProbe: ContainerKill["failedProbe"];
  /** Nothing is wrong with it: it will have other resources. */
  readonly isResize?: true;
}

/** Why a running container must not go on. */
export function containerTrouble(
  state: PodState,
  container: Container,
  record: ContainerRecord,
): ContainerTrouble | undefined {
  const probes = state.probes.get(record.id);
  if (record.image !== (container.image ?? "")) return { what: "definition changed", failedProbe: undefined };
  if (probes?.liveness === "failure") return { what: "failed liveness probe", failedProbe: "liveness" };
  if (probes?.startup === "failure") return { what: "failed startup probe", failedProbe: "startup" };
  if (containerResize(state.pod, container, record).type === "restart") {
    return { what: "resize requires restart", failedProbe: undefined, isResize: true };
  }
  return undefined;
}
