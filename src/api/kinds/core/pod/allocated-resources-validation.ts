import { checkSupported } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import type { Container, ContainerStatus, PodSpec, PodStatus, ResourceStatus } from "../../../types/core-v1.ts";

const MESSAGE_MAX_BYTES = 1024;

/** The health of devices that containers were given. */
export function validateAllocatedResources(status: PodStatus, spec: PodSpec, errors: FieldErrors): void {
  validateList(status.containerStatuses, spec.containers, "status.containerStatuses", errors);
  validateList(status.initContainerStatuses, spec.initContainers ?? [], "status.initContainerStatuses", errors);
  status.ephemeralContainerStatuses?.forEach(({ allocatedResourcesStatus }, index) => {
    if (!allocatedResourcesStatus?.length) return;
    errors.forbidden(
      child(at("status.ephemeralContainerStatuses", index), "allocatedResourcesStatus"),
      "must not be specified in container status",
    );
  });
}

function validateList(
  statuses: readonly ContainerStatus[] | undefined,
  containers: readonly Container[],
  path: string,
  errors: FieldErrors,
): void {
  statuses?.forEach(({ name, allocatedResourcesStatus }, index) => {
    const container = containers.find((each) => each.name === name);
    allocatedResourcesStatus?.forEach((resource, resourceIndex) => {
      const resourcePath = at(child(at(path, index), "allocatedResourcesStatus"), resourceIndex);
      if (container) validateName(resource.name, container, child(resourcePath, "name"), errors);
      validateHealth(resource, child(resourcePath, "resources"), errors);
    });
  });
}

function validateName(name: string, { resources }: Container, path: string, errors: FieldErrors): void {
  if (!name.startsWith("claim:")) {
    if (!(name in (resources?.requests ?? {}))) {
      errors.invalid(path, name, "must match one of the container's resource requests");
    }
    return;
  }
  const claims = resources?.claims?.map((claim) => `claim:${claim.name}${claim.request ? `/${claim.request}` : ""}`);
  if (claims?.includes(name)) return;
  errors.invalid(
    path,
    name,
    "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty",
  );
}

function validateHealth({ resources }: ResourceStatus, path: string, errors: FieldErrors): void {
  const ids = new Set<string>();
  resources?.forEach(({ health = "", message, resourceID }, index) => {
    const resourcePath = at(path, index);
    checkSupported(health, ["Healthy", "Unhealthy", "Unknown"], child(resourcePath, "health"), errors);
    if (message === "") errors.required(child(resourcePath, "message"), "must be non-empty if specified");
    else if (message && Buffer.byteLength(message) > MESSAGE_MAX_BYTES) {
      errors.tooLong(child(resourcePath, "message"), MESSAGE_MAX_BYTES);
    }
    if (ids.has(resourceID)) errors.duplicate(child(resourcePath, "resourceID"), resourceID);
    ids.add(resourceID);
  });
}
