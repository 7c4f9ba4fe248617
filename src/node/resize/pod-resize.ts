import type { Pod, PodCondition, ResourceRequirements } from "../../api/types/core-v1.ts";
import { isSidecar, latestContainer, type PodState } from "../pod/pod-state.ts";
import type { ContainerLimits } from "../runtime/runtime.ts";
import { containerResize, decreasesFirst } from "./container-resize.ts";

/** Where a pod's resize stands. */
export interface PodResize {
  /** The node has no room for what the spec asks for. */
  readonly pending?: { readonly message: string; readonly generation: number };
  /** Granted, and not yet true of every container; `error`: why not, when it was last tried. */
  readonly progress?: { readonly generation: number; readonly error?: string; readonly retryAt?: number };
}

export interface ContainerUpdate {
  readonly containerId: string;
  readonly name: string;
  readonly limits: ContainerLimits;
  readonly actual: ContainerLimits;
}

/** Containers whose limits change while they run, in the order in which that is done. */
export function containerUpdates(state: PodState): ContainerUpdate[] {
  return resizables(state.pod)
    .flatMap((container) => {
      const record = latestContainer(state, container.name);
      if (record?.state.phase !== "running") return [];
      const resize = containerResize(state.pod, container, record);
      if (resize.type !== "update") return [];
      return [{ containerId: record.id, name: container.name, limits: resize.limits, actual: record.limits }];
    })
    .toSorted(decreasesFirst);
}

/** Whether every running container has what it was granted. */
export const isResized = (state: PodState): boolean =>
  resizables(state.pod).every((container) => {
    const record = latestContainer(state, container.name);
    return record?.state.phase !== "running" || containerResize(state.pod, container, record).type === "none";
  });

const resizables = ({ spec }: Readonly<Pod>) => [
  ...(spec?.initContainers ?? []).filter(isSidecar),
  ...(spec?.containers ?? []),
];

type ResizeCondition = Pick<PodCondition, "type" | "status" | "reason" | "message" | "observedGeneration">;

/** PodResizePending and PodResizeInProgress, as far as they hold. */
export function resizeConditions({ pending, progress }: PodResize): ResizeCondition[] {
  return [
    ...(pending
      ? [
          {
            type: "PodResizePending",
            status: "True",
            reason: "Deferred",
            message: pending.message,
            observedGeneration: pending.generation,
          },
        ]
      : []),
    ...(progress
      ? [
          {
            type: "PodResizeInProgress",
            status: "True",
            ...(progress.error === undefined ? {} : { reason: "Error", message: progress.error }),
            observedGeneration: progress.generation,
          },
        ]
      : []),
  ];
}

/** The text of the events about a resize (pkg/kubelet/events/resize.go). */
export function resizeText(what: string, { spec }: Readonly<Pod>, generation: number, error?: string): string {
  const summary = (containers: readonly { name: string; resources?: ResourceRequirements | undefined }[] | undefined) =>
    containers?.map(({ name, resources = {} }) => ({ name, resources }));
  const resources = {
    initContainers: summary(spec?.initContainers),
    containers: summary(spec?.containers),
    generation,
    error,
  };
  return `${what}: ${JSON.stringify(resources)}`;
}
