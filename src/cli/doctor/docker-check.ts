import type { EngineReport } from "../../cluster/engine/engine-report.ts";
import { UserError } from "../../lib/user-error.ts";
import { type Check, failure, type Finding, ok, skipped, warning } from "./check.ts";
import { type DiskSpace, diskSpace, gibibytes, isShort } from "./disk-space.ts";

export const dockerCheck: Check = {
  name: "docker",
  timeoutMs: 5000,
  async probe(patient) {
    if (!(await patient.runsContainers())) return skipped("Pods of this cluster only pretend to run");
    try {
      const engine = await patient.engine();
      // An engine in a virtual machine has its files there.
      return dockerFinding(engine, await diskSpace(engine.rootDirectory).catch(() => undefined));
    } catch (error) {
      if (!(error instanceof UserError) || !patient.env["DOCKER_HOST"]) throw error;
      return failure(error.message, `${error.hint ?? ""}; or, as DOCKER_HOST chose it: unset DOCKER_HOST`);
    }
  },
};

export function dockerFinding(engine: EngineReport, space: DiskSpace | undefined): Finding {
  const { version, apiVersion, cgroupVersion, cgroupDriver, storageDriver, rootDirectory } = engine;
  if (space && isShort(space))
    return warning(
      `Docker has ${gibibytes(space.freeBytes)} left in ${rootDirectory}: pods are evicted when disks run full`,
      "docker system prune",
    );
  if (storageDriver === "vfs")
    return warning(
      "Docker's storage driver vfs copies whole images for every container, which is slow and fills the disk",
      `Set "storage-driver": "overlay2" in /etc/docker/daemon.json, then: sudo systemctl restart docker`,
    );
  const left = space ? `, ${gibibytes(space.freeBytes)} free` : "";
  return ok(
    `Docker ${version} answers: API ${apiVersion}, cgroup v${cgroupVersion} (${cgroupDriver}), ${storageDriver}${left}`,
  );
}
