import type { Container, Pod, ResourceRequirements } from "../../api/types/core-v1.ts";

/** What of a node a pod was granted: while a resize is pending, less or more than its spec asks for. */
export interface Allocation {
  /** Of the pod as a whole. */
  readonly pod: ResourceRequirements | undefined;
  /** By the name of the container; init containers too. */
  readonly containers: ReadonlyMap<string, ResourceRequirements | undefined>;
}

export function allocationOf({ spec }: Readonly<Pod>): Allocation {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return { pod: spec?.resources, containers: new Map(containers.map(({ name, resources }) => [name, resources])) };
}

/**
 * What an earlier agent granted: the pod's status says it, as far as that agent came to write it. Where it had not yet changed a running
 * container, the old limit is shown, and the resize is granted once more.
 */
export function recordedAllocation(pod: Readonly<Pod>): Allocation {
  const { containers, pod: podLevel } = allocationOf(pod);
  const { containerStatuses = [], initContainerStatuses = [], resources } = pod.status ?? {};
  const recorded = new Map(containers);
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    if (!status.resources || !containers.has(status.name)) continue;
    const requests = status.allocatedResources ?? status.resources.requests;
    const shown = { ...status.resources, ...(requests ? { requests } : {}) };
    recorded.set(status.name, { ...containers.get(status.name), ...shown });
  }
  return { pod: resources ?? podLevel, containers: recorded };
}

/** The pod as it is to run: with what it was granted in place of what it asks for. */
export function withAllocation(pod: Readonly<Pod>, { pod: podLevel, containers }: Allocation): Readonly<Pod> {
  const { spec } = pod;
  if (!spec) return pod;
  const granted = (container: Container): Container =>
    containers.has(container.name) ? { ...container, resources: containers.get(container.name) } : container;
  const { resources: _asked, ...rest } = spec;
  return {
    ...pod,
    spec: {
      ...rest,
      ...(podLevel ? { resources: podLevel } : {}),
      containers: spec.containers.map(granted),
      ...(spec.initContainers ? { initContainers: spec.initContainers.map(granted) } : {}),
    },
  };
}

export const isSameAllocation = (a: Allocation, b: Allocation): boolean =>
  Bun.deepEquals(plain(a.pod), plain(b.pod)) &&
  [...a.containers].every(([name, resources]) => Bun.deepEquals(plain(resources), plain(b.containers.get(name))));

const plain = ({ requests = {}, limits = {} }: ResourceRequirements = {}) => ({ requests, limits });
