import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import { maxSurge, maxUnavailable, wantedReplicas } from "./fenceposts.ts";
import { availableOf, isActive, sizeOf, sum, type Sizes } from "./sizes.ts";

/** The next step of a rolling update: either more of the new, or less of the old. */
export function rollingSizes(deployment: Deployment, newest: ReplicaSet, old: readonly ReplicaSet[]): Sizes {
  const wanted = wantedReplicas(deployment);
  const size = sizeOf(newest) > wanted ? wanted : grownSize(deployment, old, sizeOf(newest));
  return size === sizeOf(newest) ? shrunkSizes(deployment, newest, old.filter(isActive)) : new Map([[newest, size]]);
}

/** How large the ReplicaSet of the current template may become, beside the old ones. */
export function grownSize(deployment: Deployment, old: readonly ReplicaSet[], current: number): number {
  const wanted = wantedReplicas(deployment);
  const room = wanted + maxSurge(deployment) - sum(old, sizeOf) - current;
  return room <= 0 ? current : current + Math.min(room, wanted - current);
}

/** Replaces all at once: nothing new before the old is gone. */
export function recreateSizes(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  { isOldLeft }: { readonly isOldLeft: boolean },
): Sizes {
  if (isOldLeft) return new Map(old.filter(isActive).map((replicaSet) => [replicaSet, 0]));
  return newest ? new Map([[newest, wantedReplicas(deployment)]]) : new Map();
}

/** What the old ones may give up: first what does not work anyway, then as much as the new ones make up for. */
function shrunkSizes(deployment: Deployment, newest: ReplicaSet, old: readonly ReplicaSet[]): Sizes {
  const fewestAvailable = wantedReplicas(deployment) - maxUnavailable(deployment);
  const notYetAvailable = sizeOf(newest) - availableOf(newest);
  const mayGo = sum([...old, newest], sizeOf) - fewestAvailable - notYetAvailable;
  if (old.length === 0 || mayGo <= 0) return new Map();

  const sizes = new Map(old.map((replicaSet) => [replicaSet, sizeOf(replicaSet)]));
  shrink(sizes, mayGo, (replicaSet, size) => size - availableOf(replicaSet));
  shrink(sizes, sum([...old, newest], availableOf) - fewestAvailable, (_replicaSet, size) => size);
  return sizes;
}

/** Takes up to `most` away, from the first to the last. */
function shrink(
  sizes: Map<ReplicaSet, number>,
  most: number,
  dispensable: (replicaSet: ReplicaSet, size: number) => number,
): void {
  let left = most;
  for (const [replicaSet, size] of sizes) {
    const taken = Math.min(Math.max(left, 0), Math.max(dispensable(replicaSet, size), 0));
    sizes.set(replicaSet, size - taken);
    left -= taken;
  }
}
