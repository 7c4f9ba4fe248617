import { readFile, statfs } from "node:fs/promises";

import type { MachineFacts } from "./node-object.ts";
import type { ContainerRuntime } from "./runtime/runtime.ts";

export async function machineFacts(runtime: ContainerRuntime, dataDirectory: string): Promise<MachineFacts> {
  const [version, machineId, systemUuid, bootId, disk] = await Promise.all([
    runtime.version(),
    lineOf("/etc/machine-id"),
    lineOf("/sys/class/dmi/id/product_uuid"),
    lineOf("/proc/sys/kernel/random/boot_id"),
    statfs(dataDirectory),
  ]);
  return {
    runtime: version,
    machineId,
    systemUuid: systemUuid || machineId,
    bootId,
    diskBytes: disk.blocks * disk.bsize,
  };
}

/** Empty where the system has no such file, or keeps it from us. */
async function lineOf(path: string): Promise<string> {
  return (await readFile(path, "utf8").catch(() => "")).trim();
}
