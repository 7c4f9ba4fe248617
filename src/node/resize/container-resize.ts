import type { Container, Pod } from "../../api/types/core-v1.ts";
import { containerLimits } from "../container/container-resources.ts";
import { wholeAmount } from "../resource-amounts.ts";
import type { ContainerLimits, ContainerRecord } from "../runtime/runtime.ts";

/** What a running container needs to have what it was granted. */
export type ContainerResize =
  | { readonly type: "none" }
  | { readonly type: "restart" }
  | { readonly type: "update"; readonly limits: ContainerLimits };

/** The kernel knows nothing of memory requests: who must restart for them is found out by what it was started with. */
const MEMORY_REQUEST_LABEL = "kube.memory-request";

export const resizeLabels = ({ resources }: Container): Readonly<Record<string, string>> => ({
  [MEMORY_REQUEST_LABEL]: String(wholeAmount(resources?.requests?.["memory"])),
});

export function containerResize(pod: Readonly<Pod>, container: Container, record: ContainerRecord): ContainerResize {
  const { limits: actual, labels } = record;
  const wanted = containerLimits(pod, container);
  const hasOtherCpu = wanted.cpuShares !== actual.cpuShares || wanted.cpuQuota !== actual.cpuQuota;
  const hasOtherMemory = wanted.memoryLimitBytes !== actual.memoryLimitBytes;
  const startedWith = labels[MEMORY_REQUEST_LABEL];
  const hasOtherRequest = startedWith !== undefined && startedWith !== resizeLabels(container)[MEMORY_REQUEST_LABEL];
  const restarts = (resource: string): boolean =>
    container.resizePolicy?.some(
      (policy) => policy.resourceName === resource && policy.restartPolicy === "RestartContainer",
    ) ?? false;
  if (hasOtherCpu && restarts("cpu")) return { type: "restart" };
  if ((hasOtherMemory || hasOtherRequest) && restarts("memory")) return { type: "restart" };
  return hasOtherCpu || hasOtherMemory ? { type: "update", limits: wanted } : { type: "none" };
}

/** Gives first what is given back, so that all of them together never have more than before and after. */
export function decreasesFirst(a: Resizing, b: Resizing): number {
  return size(a) - size(b);
}

interface Resizing {
  readonly limits: ContainerLimits;
  readonly actual: ContainerLimits;
}

const size = ({ limits, actual }: Resizing): number =>
  Math.sign((limits.memoryLimitBytes ?? 0) - (actual.memoryLimitBytes ?? 0)) +
  Math.sign((limits.cpuQuota ?? 0) - (actual.cpuQuota ?? 0));
