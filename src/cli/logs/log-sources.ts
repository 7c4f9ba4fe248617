import type { Pod } from "../../api/types/core-v1.ts";
import { containerNamed, defaultContainerName, findContainer, firstContainer } from "../pods/containers.ts";

/** One log: of a container of a pod. */
export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface LogSourceOptions {
  /** Empty: the pod's default, or its first. */
  readonly container: string;
  readonly allContainers: boolean;
  /** Not to say which container was taken: with `--all-pods` that would be said for each. */
  readonly isQuiet: boolean;
}

/** The logs that are asked for of one pod, in the order init containers, containers, ephemeral containers. */
export function logSources(pod: Pod, options: LogSourceOptions, tell: (notice: string) => void): readonly LogSource[] {
  if (!options.allContainers) return [sourceOf(pod, chosenContainer(pod, options, tell))];
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  return [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => sourceOf(pod, name));
}

const sourceOf = ({ metadata }: Pod, container: string): LogSource => ({
  namespace: metadata.namespace ?? "",
  pod: metadata.name ?? "",
  container,
});

function chosenContainer(pod: Pod, options: LogSourceOptions, tell: (notice: string) => void): string {
  if (options.container !== "") return containerNamed(pod, options.container).name;
  const preferred = defaultContainerName(pod);
  if (preferred !== "") {
    if (findContainer(pod, preferred)) return preferred;
    tell(`Default container name ${JSON.stringify(preferred)} not found in pod ${pod.metadata.name}\n`);
  }
  const { container, notice } = firstContainer(pod);
  if (notice !== undefined && !options.isQuiet) tell(notice);
  return container.name;
}
