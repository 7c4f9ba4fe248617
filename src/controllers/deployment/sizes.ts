import type { ReplicaSet } from "../../api/types/apps-v1.ts";

/** How many replicas ReplicaSets are to have from now on; one that is not in it keeps its number. */
export type Sizes = ReadonlyMap<ReplicaSet, number>;

export const sizeOf = ({ spec }: ReplicaSet): number => spec?.replicas ?? 1;
export const isActive = (replicaSet: ReplicaSet): boolean => sizeOf(replicaSet) > 0;
export const availableOf = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;

export function sum(replicaSets: readonly ReplicaSet[], count: (replicaSet: ReplicaSet) => number): number {
  return replicaSets.reduce((total, replicaSet) => total + count(replicaSet), 0);
}
