import { readdir } from "node:fs/promises";

import type { Pod } from "../../api/types/core-v1.ts";
import type { ContainerRecord, ContainerRuntime } from "../runtime/runtime.ts";
import type { UsageMeter } from "../stats/usage-meter.ts";
import { diskUsage } from "../volumes/disk-usage.ts";
import type { EvictionCandidate, Pressure } from "./node-pressure.ts";

/** A pod that the node could give up. */
export interface EvictablePod {
  readonly pod: Readonly<Pod>;
  readonly containers: readonly ContainerRecord[];
  readonly pathOf: (volume: string) => string | undefined;
}

/** What pods use of the resource, container by container. What a pod keeps in emptyDir volumes counts for its first container. */
export async function evictionCandidates(
  pods: readonly EvictablePod[],
  resource: Pressure["resource"],
  { meter, runtime }: { readonly meter: UsageMeter; readonly runtime: ContainerRuntime },
): Promise<EvictionCandidate[]> {
  if (resource === "memory") {
    const measured = await meter.measure();
    return pods.map(({ pod }) => {
      const own = measured.filter(({ stats }) => stats.pod.uid === pod.metadata.uid && stats.name !== undefined);
      return { pod, usage: new Map(own.map(({ stats }) => [stats.name ?? "", stats.memory.workingSetBytes])) };
    });
  }
  const candidates: EvictionCandidate[] = [];
  for (const each of pods) {
    const usage = resource === "inodes" ? await inodeUse(each) : await diskUse(each, runtime);
    candidates.push({ pod: each.pod, usage });
  }
  return candidates;
}

/** Engines do not tell how many files a container has made; those in its volumes can be counted. */
async function inodeUse({ pod, pathOf }: EvictablePod): Promise<Map<string, number>> {
  let files = 0;
  for (const { name, emptyDir } of pod.spec?.volumes ?? []) {
    const path = emptyDir && emptyDir.medium !== "Memory" ? pathOf(name) : undefined;
    if (path !== undefined) files += (await readdir(path, { recursive: true }).catch(() => [])).length;
  }
  const [first] = pod.spec?.containers ?? [];
  return new Map(first ? [[first.name, files]] : []);
}

async function diskUse(
  { pod, containers, pathOf }: EvictablePod,
  runtime: ContainerRuntime,
): Promise<Map<string, number>> {
  const usage = new Map<string, number>();
  const add = (name: string, bytes: number): void => void usage.set(name, (usage.get(name) ?? 0) + bytes);
  for (const { id, name } of containers) add(name, await runtime.diskUsage(id));
  const [first] = pod.spec?.containers ?? [];
  for (const { name, emptyDir } of pod.spec?.volumes ?? []) {
    const path = emptyDir && emptyDir.medium !== "Memory" ? pathOf(name) : undefined;
    if (path !== undefined && first) add(first.name, await diskUsage(path));
  }
  return usage;
}
