import { join } from "node:path";

/** Where the agent keeps what belongs to one pod. */
export interface PodDirectory {
  readonly path: string;
  readonly hostsFile: string;
  readonly hostnameFile: string;
  readonly resolvConfFile: string;
  volume(source: string, name: string): string;
  terminationLog(container: string, restartCount: number): string;
  /** The place of a container's `index`th mount when that is only a part of a volume. */
  subPath(container: string, index: number): string;
}

export function podDirectory(podsDirectory: string, uid: string): PodDirectory {
  const path = join(podsDirectory, uid);
  return {
    path,
    hostsFile: join(path, "hosts"),
    hostnameFile: join(path, "hostname"),
    resolvConfFile: join(path, "resolv.conf"),
    volume: (source, name) => join(path, "volumes", source, name),
    terminationLog: (container, restartCount) => join(path, "containers", container, `${restartCount}.termination-log`),
    subPath: (container, index) => join(path, "sub-paths", container, String(index)),
  };
}
