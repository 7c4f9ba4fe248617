import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import { isRollingUpdate, maxSurge, wantedReplicas } from "./fenceposts.ts";
import { desiredReplicasOf, maxReplicasOf } from "./revision.ts";
import { allOf, olderFirst, type Revisions } from "./revisions.ts";
import { availableOf, isActive, sizeOf, sum, type Sizes } from "./sizes.ts";

/** Whether the wanted number of pods changed since the ReplicaSets got their sizes. */
export function isScaling(deployment: Deployment, revisions: Revisions): boolean {
  return allOf(revisions)
    .filter(isActive)
    .map(desiredReplicasOf)
    .some((desired) => desired !== undefined && desired !== wantedReplicas(deployment));
}

/**
 * Sizes after the wanted number of pods changed, or while the Deployment is paused. In the middle of a rollout all
 * ReplicaSets grow or shrink in proportion, so that scaling does not hasten a rollout that may be going wrong.
 */
export function scaledSizes(deployment: Deployment, { newest, old }: Revisions): Sizes {
  const wanted = wantedReplicas(deployment);
  const active = allOf({ newest, old }).filter(isActive);
  if (active.length <= 1) {
    const only = active[0] ?? newest ?? old.toSorted(olderFirst).at(-1);
    return only ? new Map([[only, wanted]]) : new Map();
  }
  if (newest && isSaturated(newest, wanted)) return new Map(old.filter(isActive).map((replicaSet) => [replicaSet, 0]));
  return isRollingUpdate(deployment) ? proportionalSizes(deployment, active) : new Map();
}

function isSaturated(newest: ReplicaSet, wanted: number): boolean {
  return sizeOf(newest) === wanted && desiredReplicasOf(newest) === wanted && availableOf(newest) === wanted;
}

function proportionalSizes(deployment: Deployment, active: readonly ReplicaSet[]): Sizes {
  const wanted = wantedReplicas(deployment);
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const change = allowed - sum(active, sizeOf);
  // The largest first; of equal ones, when growing the newer, when shrinking the older.
  const sorted = active.toSorted((a, b) => sizeOf(b) - sizeOf(a) || (change > 0 ? olderFirst(b, a) : olderFirst(a, b)));
  const sizes = new Map<ReplicaSet, number>();
  let left = change;
  for (const replicaSet of sorted) {
    const share = change === 0 ? 0 : proportion(deployment, replicaSet);
    const part = change > 0 ? Math.min(share, left) : Math.max(share, left);
    sizes.set(replicaSet, sizeOf(replicaSet) + part);
    left -= part;
  }
  const [largest] = sorted;
  if (largest) sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + left));
  return sizes;
}

/** How much a ReplicaSet would grow or shrink by itself alone. */
function proportion(deployment: Deployment, replicaSet: ReplicaSet): number {
  const wanted = wantedReplicas(deployment);
  if (wanted === 0) return -sizeOf(replicaSet);
  // Without the annotation, which someone may have removed, the present number of pods is the nearest guess.
  const before = maxReplicasOf(replicaSet) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((sizeOf(replicaSet) * (wanted + maxSurge(deployment))) / before) - sizeOf(replicaSet);
}
