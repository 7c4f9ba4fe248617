import { at, child, type FieldErrors } from "../../../field-errors.ts";
import type { Container, ContainerStatus, PodSpec, PodStatus } from "../../../types/core-v1.ts";

/** A container that has ended for good cannot be said to run again. */
export function validateContainerTransitions(
  status: PodStatus,
  old: PodStatus,
  spec: PodSpec,
  errors: FieldErrors,
): void {
  const couldAllRestart = [...spec.containers, ...(spec.initContainers ?? [])].some(({ restartPolicyRules }) =>
    restartPolicyRules?.some(({ action }) => action === "RestartAllContainers"),
  );
  if (!couldAllRestart) {
    validateList(status, old, "containerStatuses", spec, spec.containers, errors);
    validateList(status, old, "initContainerStatuses", spec, spec.initContainers ?? [], errors);
  }
  validateList(status, old, "ephemeralContainerStatuses", spec, [], errors);
}

type StatusList = "containerStatuses" | "initContainerStatuses" | "ephemeralContainerStatuses";

function validateList(
  status: PodStatus,
  old: PodStatus,
  list: StatusList,
  spec: PodSpec,
  containers: readonly Container[],
  errors: FieldErrors,
): void {
  old[list]?.forEach((oldStatus, index) => {
    const exitCode = oldStatus.state?.terminated?.exitCode;
    if (exitCode === undefined || !isRevived(oldStatus, status[list])) return;
    const container = containers.find(({ name }) => name === oldStatus.name);
    if (container && shouldRestart(container, spec, exitCode)) return;
    errors.forbidden(
      child(at(child("status", list), index), "state"),
      "may not be transitioned to non-terminated state",
    );
  });
}

function isRevived({ name }: ContainerStatus, statuses: readonly ContainerStatus[] | undefined): boolean {
  const status = statuses?.find((each) => each.name === name);
  return status !== undefined && status.state?.terminated === undefined;
}

/** By its own rules, else its own policy, else the pod's. */
function shouldRestart(container: Container, { restartPolicy }: PodSpec, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) {
    const rule = container.restartPolicyRules?.find(({ exitCodes }) => {
      const isListed = exitCodes?.values?.includes(exitCode) ?? false;
      return exitCodes?.operator === "In" ? isListed : exitCodes?.operator === "NotIn" && !isListed;
    });
    if (rule?.action === "Restart" || rule?.action === "RestartAllContainers") return true;
  }
  switch (container.restartPolicy ?? restartPolicy) {
    case "Never":
      return false;
    case "OnFailure":
      return exitCode !== 0;
    default:
      return true;
  }
}
