import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import { maxSurge, wantedReplicas } from "./fenceposts.ts";

export type Annotations = Readonly<Record<string, string>>;

export const REVISION = "deployment.kubernetes.io/revision";
const REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
const DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
const MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";

/** What belongs to the Deployment or the ReplicaSet itself and is not handed down. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  "deprecated.deployment.rollback.to",
]);

const LONGEST_HISTORY = 2000;

/** 0 for a ReplicaSet that has none. Users may write numbers here that a double could not tell apart. */
export function revisionOf({ metadata }: ReplicaSet): bigint {
  return integer(metadata.annotations?.[REVISION] ?? "") ?? 0n;
}

const integer = (text: string): bigint | undefined => (/^-?\d+$/.test(text) ? BigInt(text) : undefined);

/** The annotations of the ReplicaSet of the current template, whose revision is above that of all others. */
export function newestAnnotations(
  deployment: Deployment,
  current: Annotations | undefined,
  others: readonly ReplicaSet[],
): Annotations {
  const inherited = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key));
  const annotations = { ...current, ...Object.fromEntries(inherited) };
  const revision = others.map(revisionOf).reduce((highest, each) => (each > highest ? each : highest), 0n) + 1n;
  const previous = current?.[REVISION];
  const known = previous === undefined ? 0n : integer(previous);
  if (previous !== undefined && (known === undefined || known >= revision)) return annotations;
  return {
    ...annotations,
    [REVISION]: String(revision),
    ...(previous === undefined ? {} : { [REVISION_HISTORY]: extendedHistory(current?.[REVISION_HISTORY], previous) }),
  };
}

/** The numbers that tell a scaling of the Deployment from a rollout. */
export function sizeAnnotations(deployment: Deployment): Annotations {
  const wanted = wantedReplicas(deployment);
  return { [DESIRED_REPLICAS]: String(wanted), [MAX_REPLICAS]: String(wanted + maxSurge(deployment)) };
}

export const desiredReplicasOf = (replicaSet: ReplicaSet): number | undefined => count(replicaSet, DESIRED_REPLICAS);
export const maxReplicasOf = (replicaSet: ReplicaSet): number | undefined => count(replicaSet, MAX_REPLICAS);

export function hasAnnotations({ metadata }: ReplicaSet, wanted: Annotations): boolean {
  return Object.entries(wanted).every(([key, value]) => metadata.annotations?.[key] === value);
}

function count({ metadata }: ReplicaSet, annotation: string): number | undefined {
  const text = metadata.annotations?.[annotation] ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Earlier revisions that had the same template; the oldest are dropped when the list grows too long. */
function extendedHistory(history: string | undefined, previous: string): string {
  const revisions = [...(history ? history.split(",") : []), previous];
  while (revisions.length > 1 && revisions.join(",").length > LONGEST_HISTORY) revisions.shift();
  return revisions.join(",");
}
