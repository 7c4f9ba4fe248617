import type { Container, Pod } from "../../api/types/core-v1.ts";
import { resizeLabels } from "../resize/container-resize.ts";
import type { ContainerSpec, ImageRecord, Mount } from "../runtime/runtime.ts";
import { containerResources } from "./container-resources.ts";
import { containerSecurity } from "./container-security.ts";
import { expandVariables } from "./variable-expansion.ts";

export interface ContainerSpecParts {
  readonly pod: Readonly<Pod>;
  readonly container: Container;
  readonly sandboxId: string;
  readonly handler: string | undefined;
  readonly restartCount: number;
  readonly image: ImageRecord;
  readonly environment: ReadonlyMap<string, string>;
  readonly mounts: readonly Mount[];
  readonly memoryCapacityBytes: number;
}

/** A container in the runtime's terms. Throws ContainerConfigError for what may not run. */
export function containerSpec(parts: ContainerSpecParts): ContainerSpec {
  const { pod, container, environment, image } = parts;
  const { name = "", namespace = "", uid = "" } = pod.metadata;
  const expanded = (words: readonly string[] | undefined): string[] | undefined =>
    words?.length ? words.map((word) => expandVariables(word, (variable) => environment.get(variable))) : undefined;
  return {
    pod: { uid, name, namespace },
    sandboxId: parts.sandboxId,
    handler: parts.handler,
    name: container.name,
    restartCount: parts.restartCount,
    image: container.image ?? "",
    command: expanded(container.command),
    args: expanded(container.args),
    env: [...environment],
    workingDir: container.workingDir || undefined,
    mounts: parts.mounts,
    resources: containerResources(pod, container, parts.memoryCapacityBytes),
    security: containerSecurity(pod, container, image.user),
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    stopSignal: container.lifecycle?.stopSignal,
    labels: resizeLabels(container),
  };
}
