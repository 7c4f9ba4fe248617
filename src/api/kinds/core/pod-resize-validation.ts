import { at, child, type FieldErrors } from "../../field-errors.ts";
import { podQos } from "../../pod-qos.ts";
import { isSidecar } from "../../pod-resources.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import { isMirrorPod } from "../../static-pod.ts";
import type { Container, Pod, PodSpec, ResourceRequirements } from "../../types/core-v1.ts";
import type { Quantity } from "../../types/meta-v1.ts";

/** What a resize of a running pod may change: the CPU and memory of containers and of the pod (ValidatePodResize). */
export function validatePodResize(pod: Pod, old: Pod, errors: FieldErrors): void {
  const { spec = { containers: [] } } = pod;
  const { spec: oldSpec = { containers: [] } } = old;
  if (isMirrorPod(old)) return errors.forbidden("", "static pods cannot be resized");
  if (oldSpec.os?.name === "windows") return errors.forbidden("", "windows pods cannot be resized");
  if ((old.status?.qosClass || podQos(old)) !== podQos(pod)) {
    errors.invalid("spec", pod.status?.qosClass ?? "", "Pod QOS Class may not change as a result of resizing");
  }
  if (!isResizable(old)) errors.forbidden("spec", "Pod running on node without support for resize");
  validatePodLevel(spec.resources, oldSpec.resources, errors);
  if (old.status?.nodeAllocatableResourceClaimStatuses?.length) {
    errors.forbidden("spec", "pods with node allocatable resource claims cannot be resized");
  }
  if (!hasSameOrder(spec, oldSpec, errors)) return;
  validateRemovals(spec, oldSpec, errors);
  validateContainers(spec, oldSpec, errors);
  if (errors.isEmpty && !semanticEqual(withoutAmounts(spec), withoutAmounts(oldSpec))) {
    errors.forbidden("spec", "only cpu and memory resources are mutable");
  }
}

/** The node says what it gave to containers only if it can give something else. */
function isResizable({ status }: Pod): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running);
  return !running || running.resources !== undefined;
}

const LISTS = ["containers", "initContainers"] as const;

function hasSameOrder(spec: PodSpec, old: PodSpec, errors: FieldErrors): boolean {
  let isSame = true;
  for (const list of LISTS) {
    const path = child("spec", list);
    const { [list]: containers = [] } = spec;
    const { [list]: oldContainers = [] } = old;
    if (containers.length !== oldContainers.length) {
      isSame = false;
      errors.forbidden(path, `${list} may not be added or removed on resize`);
      continue;
    }
    oldContainers.forEach(({ name }, index) => {
      if (containers[index]?.name === name) return;
      isSame = false;
      errors.forbidden(child(at(path, index), "name"), `${list} may not be renamed or reordered on resize`);
    });
  }
  return isSame;
}

function validateRemovals(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  for (const list of LISTS.toReversed()) {
    old[list]?.forEach(({ resources: oldResources = {} }, index) => {
      const resources = spec[list]?.[index]?.resources ?? {};
      const path = child(at(child("spec", list), index), "resources");
      if (hasRemoved(resources.requests, oldResources.requests)) {
        errors.forbidden(child(path, "requests"), "resource requests cannot be removed");
      }
      if (hasRemoved(resources.limits, oldResources.limits)) {
        errors.forbidden(child(path, "limits"), "resource limits cannot be removed");
      }
    });
  }
}

function validateContainers(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  spec.containers.forEach((container, index) => {
    if (isOnlyResized(container, old.containers[index])) return;
    errors.forbidden("spec", "only cpu and memory resources are mutable");
  });
  spec.initContainers?.forEach((container, index) => {
    const path = at("spec.initContainers", index);
    const oldContainer = old.initContainers?.[index];
    if (!isOnlyResized(container, oldContainer)) {
      errors.forbidden(path, "only cpu and memory resources for init or sidecar containers are mutable");
    }
    const restartsToResize = container.resizePolicy?.some(({ restartPolicy }) => restartPolicy === "RestartContainer");
    if (restartsToResize && !isSidecar(container) && !semanticEqual(container, oldContainer)) {
      errors.forbidden(path, "non-sidecar init containers with a resize policy of RestartContainer cannot be resized");
    }
  });
}

const isOnlyResized = (container: Container, old: Container | undefined): boolean =>
  old !== undefined && semanticEqual(containerWithoutAmounts(container), containerWithoutAmounts(old));

function validatePodLevel(
  resources: ResourceRequirements | undefined,
  old: ResourceRequirements | undefined,
  errors: FieldErrors,
): void {
  if (!resources && !old) return;
  if (!resources) return errors.forbidden("spec.resources", "pod-level resources cannot be removed");
  if (old && hasRemoved(resources.requests, old.requests)) {
    errors.forbidden("spec.resources.requests", "pod-level resource requests cannot be removed");
  }
  if (old && hasRemoved(resources.limits, old.limits)) {
    errors.forbidden("spec.resources.limits", "pod-level resource limits cannot be removed");
  }
  if (!semanticEqual(requirementsWithoutAmounts(resources), requirementsWithoutAmounts(old))) {
    errors.forbidden("spec", "only cpu and memory resources are mutable at pod-level");
  }
}

type ResourceList = Readonly<Record<string, Quantity>>;

const hasRemoved = (list: ResourceList = {}, old: ResourceList = {}): boolean =>
  Object.keys(old).some((name) => !(name in list));

/** What a resize leaves alone. */
function withoutAmounts(spec: PodSpec): PodSpec {
  return {
    ...spec,
    containers: spec.containers.map(containerWithoutAmounts),
    initContainers: spec.initContainers?.map(containerWithoutAmounts),
    // Looked at by itself, with a message of its own.
    resources: undefined,
  };
}

const containerWithoutAmounts = (container: Container): Container => ({
  ...container,
  resources: requirementsWithoutAmounts(container.resources),
});

const requirementsWithoutAmounts = (resources: ResourceRequirements = {}): ResourceRequirements => ({
  ...resources,
  limits: listWithoutAmounts(resources.limits),
  requests: listWithoutAmounts(resources.requests),
});

function listWithoutAmounts(list: ResourceList = {}): Record<string, Quantity> {
  const { cpu: _cpu, memory: _memory, ...others } = list;
  return others;
}
