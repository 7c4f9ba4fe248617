import { readFile } from "node:fs/promises";

import type { Semaphore } from "../../../lib/semaphore.ts";
import type { RuntimeVersion } from "../runtime.ts";
import type { DockerConnection } from "./connection.ts";
import type { Owner } from "./labels.ts";
import type { ClusterNetwork } from "./network.ts";
import { lowestOomScore } from "./oom-score.ts";

/** The engine, as one node of one cluster uses it. */
export interface Engine {
  readonly connection: DockerConnection;
  readonly owner: Owner;
  readonly network: ClusterNetwork;
  /** Localhost seccomp profiles are relative to this folder. */
  readonly seccompDirectory: string;
  readonly facts: EngineFacts;
  /**
   * Starts take nearly all of a pod's time and of the processors': too many at once make every pod as late as the last. What
   * completes a pod goes before what begins another.
   */
  readonly starts: Semaphore;
}

/** More than the processors: a start mostly waits for the kernel. */
export const parallelStarts = ({ version }: EngineFacts): number => Math.max(8, version.cpus * 4);

export interface EngineFacts {
  readonly version: RuntimeVersion;
  readonly lowestOomScore: number;
}

/** What the engine says about itself and its machine. */
export async function engineFacts(connection: DockerConnection): Promise<EngineFacts> {
  const [version, info, initStatus] = await Promise.all([
    connection.call("Asking Docker for its version", () => connection.docker.version()),
    connection.call("Asking Docker about its machine", () => connection.docker.info()),
    readFile("/proc/1/status", "utf8").catch(() => undefined),
  ]);
  const about = info as EngineInfo;
  const [major = 0, minor = 0] = (version.ApiVersion ?? "").split(".").map(Number);
  return {
    version: {
      runtimeVersion: `docker://${version.Version}`,
      operatingSystem: about.OperatingSystem,
      kernelVersion: version.KernelVersion ?? "",
      architecture: version.Arch,
      cpus: about.NCPU,
      memoryBytes: about.MemTotal,
      cgroupVersion: about.CgroupVersion === "2" ? 2 : 1,
      // Engine 25, API 1.44.
      supportsRecursiveReadOnly: major > 1 || minor >= 44,
      hasAppArmor: about.SecurityOptions?.some((option) => option.includes("name=apparmor")) ?? false,
    },
    lowestOomScore: lowestOomScore(about.SecurityOptions ?? [], initStatus),
  };
}

/** dockerode leaves the answer untyped. */
interface EngineInfo {
  readonly OperatingSystem: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly CgroupVersion?: string;
  readonly SecurityOptions?: readonly string[];
}
