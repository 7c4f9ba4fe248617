import type { Container, EphemeralContainer, Pod } from "../../api/types/core-v1.ts";
import { UserError } from "../../lib/user-error.ts";

/** Names the container that kubectl logs, exec and attach take of a pod with several. */
const DEFAULT_CONTAINER_ANNOTATION = "kubectl.kubernetes.io/default-container";

export const defaultContainerName = ({ metadata }: Pod): string =>
  metadata.annotations?.[DEFAULT_CONTAINER_ANNOTATION] ?? "";

export function findContainer({ spec }: Pod, name: string): Container | EphemeralContainer | undefined {
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])];
  return all.find((container) => container.name === name);
}

/** `web, debugger (ephem), setup (init)`. */
export function containerNames({ spec }: Pod): string {
  return [
    ...(spec?.containers ?? []).map(({ name }) => name),
    ...(spec?.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec?.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ].join(", ");
}

/** Throws for a container that the pod does not have. */
export function containerNamed(pod: Pod, name: string): Container | EphemeralContainer {
  const container = findContainer(pod, name);
  if (container) return container;
  throw new UserError(`container ${name} is not valid for pod ${pod.metadata.name} out of: ${containerNames(pod)}`);
}

/** The first container, and what to tell the user if it was a choice. */
export function firstContainer(pod: Pod): { readonly container: Container; readonly notice: string | undefined } {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const [container] = containers;
  if (!container)
    throw new UserError(`pod ${pod.metadata.namespace}/${pod.metadata.name} does not have any containers`);
  const isChoice = containers.length > 1 || initContainers.length > 0 || ephemeralContainers.length > 0;
  const notice = `Defaulted container ${JSON.stringify(container.name)} out of: ${containerNames(pod)}\n`;
  return { container, notice: isChoice ? notice : undefined };
}

/** The container that exec and attach mean: the named one, the pod's default, or its first. */
export function chooseContainer(
  pod: Pod,
  name: string,
  tell: (notice: string) => void,
): Container | EphemeralContainer {
  const wanted = name || defaultContainerName(pod);
  if (wanted !== "") return containerNamed(pod, wanted);
  const { container, notice } = firstContainer(pod);
  if (notice !== undefined) tell(notice);
  return container;
}
