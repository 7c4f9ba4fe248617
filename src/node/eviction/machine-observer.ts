import { readFile, statfs } from "node:fs/promises";

import type { Available, Observation } from "./node-pressure.ts";

/** How far two readings of one machine's memory may differ: engines leave out what the kernel keeps for itself. */
const SAME_MACHINE = 0.01;

/** Looks at what this machine has left; of its memory only if it is the one the engine runs on, which has `engineMemoryBytes`. */
export async function observeMachine(dataDirectory: string, engineMemoryBytes: number): Promise<Observation> {
  const [disk, memory] = await Promise.all([statfs(dataDirectory), memoryLeft()]);
  const isEnginesOwn =
    memory !== undefined && Math.abs(memory.capacityBytes - engineMemoryBytes) <= engineMemoryBytes * SAME_MACHINE;
  return {
    memory: isEnginesOwn ? memory : undefined,
    disk: { availableBytes: disk.bavail * disk.bsize, capacityBytes: disk.blocks * disk.bsize },
    // Some file systems make inodes as they need them, and tell of none.
    inodes: disk.files > 0 ? { available: disk.ffree, capacity: disk.files } : undefined,
  };
}

async function memoryLeft(): Promise<Available | undefined> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const figure = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? NaN) * 1024;
  const [capacityBytes, availableBytes] = [figure("MemTotal"), figure("MemAvailable")];
  return Number.isNaN(capacityBytes + availableBytes) ? undefined : { capacityBytes, availableBytes };
}
