import { replicasets } from "../../api/resources.ts";
import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Action } from "../actions.ts";
import { hasAnnotations, newestAnnotations, sizeAnnotations } from "./revision.ts";
import type { Revisions } from "./revisions.ts";
import { sizeOf, type Sizes } from "./sizes.ts";

/** The ReplicaSets as they will be: with their sizes, and the newest with what it inherits. */
export function resized(deployment: Deployment, { newest, old }: Revisions, sizes: Sizes): Revisions {
  const resize = (replicaSet: ReplicaSet): ReplicaSet => {
    const size = sizes.get(replicaSet);
    const wanted = sizeAnnotations(deployment);
    if (size === undefined || (size === sizeOf(replicaSet) && hasAnnotations(replicaSet, wanted))) return replicaSet;
    return changed(replicaSet, { annotations: wanted, spec: { replicas: size } });
  };
  return { newest: newest && inheriting(deployment, resize(newest), old), old: old.map(resize) };
}

function inheriting(deployment: Deployment, newest: ReplicaSet, old: readonly ReplicaSet[]): ReplicaSet {
  const annotations = newestAnnotations(deployment, newest.metadata.annotations, old);
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  const isTimingCurrent = (newest.spec?.minReadySeconds ?? 0) === minReadySeconds;
  if (isTimingCurrent && hasAnnotations(newest, annotations)) return newest;
  return changed(newest, { annotations, spec: isTimingCurrent ? {} : { minReadySeconds } });
}

function changed(
  replicaSet: ReplicaSet,
  { annotations, spec }: { annotations: Readonly<Record<string, string>>; spec: Partial<ReplicaSet["spec"]> },
): ReplicaSet {
  return {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations: { ...replicaSet.metadata.annotations, ...annotations } },
    // The spec of a stored ReplicaSet is complete, and stays so with some fields replaced.
    spec: { ...replicaSet.spec, ...spec } as NonNullable<ReplicaSet["spec"]>,
  };
}

export function resizeActions(deployment: Deployment, before: Revisions, after: Revisions): Action[] {
  const pairs: [ReplicaSet, ReplicaSet][] = before.old.map((replicaSet, index) => [
    replicaSet,
    after.old[index] ?? replicaSet,
  ]);
  if (before.newest && after.newest) pairs.unshift([before.newest, after.newest]);
  return pairs
    .filter(([from, to]) => from !== to)
    .flatMap(([from, to]) => [
      { do: "update", type: replicasets, object: to },
      ...(sizeOf(from) === sizeOf(to)
        ? []
        : [scalingEvent(deployment, to.metadata.name ?? "", sizeOf(from), sizeOf(to))]),
    ]);
}

export function scalingEvent(deployment: Deployment, name: string, from: number, to: number): Action {
  const direction = from < to ? "up" : "down";
  const message = `Scaled ${direction} replica set ${name} from ${from} to ${to}`;
  return { do: "event", about: deployment, type: "Normal", reason: "ScalingReplicaSet", message };
}
