import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import type { Container, Pod, Volume, VolumeMount } from "../../api/types/core-v1.ts";
import type { PodDirectory } from "../pod/pod-directory.ts";
import type { Mount } from "../runtime/runtime.ts";
import { subPathOnHost } from "../volumes/sub-path.ts";
import { volumeTypeOf } from "../volumes/volumes.ts";
import { ContainerConfigError } from "./container-config-error.ts";
import { isRecursivelyReadOnly } from "./recursive-read-only.ts";
import { expandVariables } from "./variable-expansion.ts";

export interface ContainerMountsOptions {
  readonly pod: Readonly<Pod>;
  readonly container: Container;
  readonly restartCount: number;
  readonly directory: PodDirectory;
  readonly environment: ReadonlyMap<string, string>;
  readonly supportsRecursiveReadOnly: boolean;
  volumePath(name: string): string | undefined;
}

/** What a container sees of the host: its volumes, the pod's own files in /etc, and the file for its last words. */
export async function containerMounts(options: ContainerMountsOptions): Promise<Mount[]> {
  const { pod, container, restartCount, directory } = options;
  const mounts: Mount[] = [];
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    mounts.push(await volumeMount(mount, index, options));
  }
  const isTaken = (path: string): boolean => mounts.some(({ containerPath }) => containerPath === path);
  const files: [path: string, hostPath: string][] = [
    ["/etc/hosts", directory.hostsFile],
    ["/etc/resolv.conf", directory.resolvConfFile],
  ];
  if (!pod.spec?.hostNetwork) files.push(["/etc/hostname", directory.hostnameFile]);
  for (const [path, hostPath] of files) if (!isTaken(path)) mounts.push(plainMount(hostPath, path));
  const lastWords = container.terminationMessagePath ?? "/dev/termination-log";
  if (lastWords !== "" && !isTaken(lastWords)) {
    mounts.push(plainMount(await terminationLog(directory.terminationLog(container.name, restartCount)), lastWords));
  }
  return mounts;
}

async function volumeMount(mount: VolumeMount, index: number, options: ContainerMountsOptions): Promise<Mount> {
  const { pod, container, directory } = options;
  const path = options.volumePath(mount.name);
  if (path === undefined) {
    throw new ContainerConfigError(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
  }
  const subPath = subPathOf(mount, options.environment);
  const target = directory.subPath(container.name, index);
  const volume = pod.spec?.volumes?.find(({ name }) => name === mount.name);
  return {
    hostPath: subPath === "" ? path : await subPathOnHost(path, subPath, target),
    containerPath: mount.mountPath.startsWith("/") ? mount.mountPath : `/${mount.mountPath}`,
    readOnly: mount.readOnly === true || (volume !== undefined && isReadOnly(volume)),
    isRecursivelyReadOnly: isRecursivelyReadOnly(mount, options.supportsRecursiveReadOnly),
    propagation: propagationOf(mount),
  };
}

/** What the agent writes is not the container's to change. */
function isReadOnly(volume: Volume): boolean {
  const type = volumeTypeOf(volume);
  return type?.shape === "files" || type?.isReadOnly === true || volume.persistentVolumeClaim?.readOnly === true;
}

function subPathOf({ subPath = "", subPathExpr = "" }: VolumeMount, environment: ReadonlyMap<string, string>): string {
  if (subPathExpr === "") return subPath;
  return expandVariables(subPathExpr, (name) => {
    const value = environment.get(name);
    if (value === undefined) throw new ContainerConfigError(`missing value for "${name}"`);
    return value;
  });
}

const PROPAGATIONS = ["None", "HostToContainer", "Bidirectional"] as const;

function propagationOf({ mountPropagation }: VolumeMount): Mount["propagation"] {
  return PROPAGATIONS.find((propagation) => propagation === mountPropagation) ?? "None";
}

const plainMount = (hostPath: string, containerPath: string): Mount => ({
  hostPath,
  containerPath,
  readOnly: false,
  propagation: "None",
});

/** Any user of the container may write it. */
async function terminationLog(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, "");
  await chmod(path, 0o666);
  return path;
}
