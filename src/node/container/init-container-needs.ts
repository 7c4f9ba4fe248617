import type { Container } from "../../api/types/core-v1.ts";
import { isSidecar, latestContainer, type PodState } from "../pod/pod-state.ts";
import { restartsAfter } from "../pod/restart-policy.ts";
import type { ContainerRecord } from "../runtime/runtime.ts";
import { containerTrouble, type ContainerNeeds, killOf } from "./container-needs.ts";

export interface InitContainerNeeds extends ContainerNeeds {
  /** Every init container has done its part: the app containers may run. */
  readonly isInitialized: boolean;
  /** An init container failed for good, and the pod with it. */
  readonly isFailed: boolean;
}

/**
 * What init containers and sidecars need. Read from the last to the first, as upstream does: records of early ones may be gone, and the
 * latest that exists says how far the pod came.
 */
export function initContainerNeeds(state: PodState): InitContainerNeeds {
  const containers = state.pod.spec?.initContainers ?? [];
  if (containers.length === 0) return { kills: [], starts: [], isInitialized: true, isFailed: false };
  const needs: ContainerNeeds = { kills: [], starts: [] };
  let isInitialized = hasAppContainer(state);
  let isReached = isInitialized;
  for (const [index, container] of [...containers.entries()].toReversed()) {
    const record = latestContainer(state, container.name);
    if (!record) {
      if (isReached && isSidecar(container)) addStart(needs, container);
      continue;
    }
    if (isReached && !isSidecar(container)) continue;
    const progress = isSidecar(container)
      ? sidecarProgress(state, container, record, needs)
      : initProgress(state, container, record);
    if (progress === "failed") return { kills: [], starts: [], isInitialized: false, isFailed: true };
    if (progress === "again") addStart(needs, container);
    if (progress === "done") {
      const next = containers[index + 1];
      if (!next) isInitialized = true;
      else if (!isReached) addStart(needs, next);
    }
    isReached = true;
  }
  const [first] = containers;
  if (!isReached && first) addStart(needs, first);
  needs.starts.reverse();
  return { ...needs, isInitialized, isFailed: false };
}

/** Running app containers prove that all init containers have run, whatever became of their records. */
function hasAppContainer(state: PodState): boolean {
  const containers = state.pod.spec?.containers ?? [];
  const sandboxId = state.sandboxes[0]?.id;
  return containers.some(({ name }) => {
    const record = latestContainer(state, name);
    // Ended ones count only when they ran in this sandbox: a new sandbox initializes anew.
    return record !== undefined && (record.state.phase !== "exited" || record.sandboxId === sandboxId);
  });
}

type Progress = "done" | "pending" | "again" | "failed";

function initProgress(state: PodState, container: Container, { state: run }: ContainerRecord): Progress {
  switch (run.phase) {
    case "created":
      return "again";
    case "running":
      return "pending";
    case "exited":
      if (run.exitCode === 0) return "done";
      return restartsAfter(container, state.pod, run.exitCode) ? "again" : "failed";
  }
}

function sidecarProgress(
  state: PodState,
  container: Container,
  record: ContainerRecord,
  needs: ContainerNeeds,
): Progress {
  if (record.state.phase !== "running") return "again";
  const trouble = containerTrouble(state, container, record);
  if (trouble) {
    const message = `${trouble.isResize ? "Container" : "Init container"} ${container.name} ${trouble.what}`;
    needs.kills.push(killOf(record.id, container.name, message, trouble.failedProbe));
    return "pending";
  }
  const hasStarted = !container.startupProbe || state.probes.get(record.id)?.startup === "success";
  return hasStarted ? "done" : "pending";
}

function addStart(needs: ContainerNeeds, container: Container): void {
  if (needs.starts.some((start) => start.container === container)) return;
  needs.starts.push({ container, role: isSidecar(container) ? "sidecar" : "init" });
}
