import { readFile } from "node:fs/promises";

import type { ContainerUser } from "../runtime.ts";

/**
 * As whom a container's first process runs. Undefined where that cannot be seen: the process has ended, or runs on another machine, where
 * the same number is another process's.
 */
export async function processUser(pid: number, containerId: string): Promise<ContainerUser | undefined> {
  try {
    const groups = await readFile(`/proc/${pid}/cgroup`, "utf8");
    if (!groups.includes(containerId)) return undefined;
    return userOf(await readFile(`/proc/${pid}/status`, "utf8"));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ESRCH", "EACCES"].includes(code)) return undefined;
    throw error;
  }
}

/** @param status of a process, as `/proc/PID/status` tells it: the second number of each line is the one in force. */
export function userOf(status: string): ContainerUser | undefined {
  const numbers = (name: string): number[] =>
    (new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status)?.[1] ?? "").split(/\s+/).filter(Boolean).map(Number);
  const [, uid] = numbers("Uid");
  const [, gid] = numbers("Gid");
  return uid === undefined || gid === undefined ? undefined : { uid, gid, supplementalGroups: numbers("Groups") };
}
