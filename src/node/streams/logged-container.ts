import type { ContainerStatus, Pod } from "../../api/types/core-v1.ts";

/** The container whose log was asked for, or why there is none yet, in the kubelet's words. */
export type LoggedContainer =
  | { readonly type: "found"; readonly id: string }
  | { readonly type: "none"; readonly message: string };

const PULL_FAILURES: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: "trying and failing to pull image",
};

/** A running container is preferred to one that has ended; a new attempt that never ran gives way to the one before. */
export function loggedContainer(pod: Pod, container: string, previous: boolean): LoggedContainer {
  const subject = `container "${container}" in pod "${pod.metadata?.name}"`;
  const status = containerStatus(pod, container);
  if (!status) return none(`${subject} is not available`);
  const { running, terminated, waiting } = status.state ?? {};
  const last = status.lastState?.terminated;
  if (previous) return found(last?.containerID, `previous terminated ${subject} not found`);
  if (running) return found(status.containerID, `${subject} is not available`);
  if (terminated) return found(terminated.containerID || last?.containerID, `${subject} is terminated`);
  if (last) return found(last.containerID, `${subject} is terminated`);
  if (!waiting) return none(`${subject} is waiting to start - no logs yet`);
  const reason = waiting.reason ?? "";
  return none(`${subject} is waiting to start: ${PULL_FAILURES[reason] ?? reason}`);
}

/** The id of the container when it runs. */
export function runningContainerId(pod: Pod, container: string): string | undefined {
  const status = containerStatus(pod, container);
  return status?.state?.running ? idOf(status.containerID) : undefined;
}

function containerStatus({ status }: Pod, name: string): ContainerStatus | undefined {
  const lists = [status?.containerStatuses, status?.initContainerStatuses, status?.ephemeralContainerStatuses];
  return lists.flatMap((statuses) => statuses ?? []).find((candidate) => candidate.name === name);
}

function found(containerId: string | undefined, otherwise: string): LoggedContainer {
  const id = idOf(containerId);
  return id === undefined ? none(otherwise) : { type: "found", id };
}

const none = (message: string): LoggedContainer => ({ type: "none", message });

/** Statuses name the runtime too: `docker://4c01db0b339c`. */
function idOf(containerId: string | undefined): string | undefined {
  const id = containerId?.replace(/^[^:]*:\/\//, "");
  return id === "" ? undefined : id;
}
