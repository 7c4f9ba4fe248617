import { replicasets } from "../../api/resources.ts";
import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Action } from "../actions.ts";
import { revisionOf } from "./revision.ts";
import { olderFirst } from "./revisions.ts";
import { isActive } from "./sizes.ts";

/** Old ReplicaSets are kept for rollbacks, as many as the Deployment asks for. */
export function cleanUpActions({ spec }: Deployment, old: readonly ReplicaSet[]): Action[] {
  const limit = spec?.revisionHistoryLimit;
  if (limit === undefined) return [];
  const kept = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return kept
    .toSorted((a, b) => Number(revisionOf(a) - revisionOf(b)) || olderFirst(a, b))
    .slice(0, Math.max(0, kept.length - limit))
    .filter(
      (replicaSet) =>
        !isActive(replicaSet) &&
        (replicaSet.status?.replicas ?? 0) === 0 &&
        (replicaSet.metadata.generation ?? 0) <= (replicaSet.status?.observedGeneration ?? 0),
    )
    .map((object) => ({ do: "delete", type: replicasets, object }));
}
