import { controllerReference } from "../../api/owner-references.ts";
import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import { isSameTemplate, templateHash, withHash } from "../template-hash.ts";
import { newestAnnotations, sizeAnnotations } from "./revision.ts";

/** The ReplicaSets of a Deployment, oldest first. */
export interface Revisions {
  /** The one that has the Deployment's template. */
  readonly newest: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export function revisions(deployment: Deployment, replicaSets: readonly ReplicaSet[]): Revisions {
  const sorted = replicaSets.toSorted(olderFirst);
  const template = deployment.spec?.template ?? {};
  // Of several with the same template the oldest counts: the choice must not change from turn to turn.
  const newest = sorted.find(({ spec }) => isSameTemplate(spec?.template ?? {}, template));
  return { newest, old: sorted.filter((replicaSet) => replicaSet !== newest) };
}

export const allOf = ({ newest, old }: Revisions): readonly ReplicaSet[] => (newest ? [...old, newest] : old);

export function olderFirst(a: ReplicaSet, b: ReplicaSet): number {
  return compare(
    [a.metadata.creationTimestamp ?? "", a.metadata.name ?? ""],
    [b.metadata.creationTimestamp ?? "", b.metadata.name ?? ""],
  );
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [index, text] of a.entries()) {
    const other = b[index] ?? "";
    if (text !== other) return text < other ? -1 : 1;
  }
  return 0;
}

const LONGEST_NAME = 253;

/** Deterministic, so that creating it twice creates it once. */
export function newestName(deployment: Deployment): string {
  const suffix = `-${hashOf(deployment)}`;
  return (deployment.metadata.name ?? "").slice(0, LONGEST_NAME - suffix.length) + suffix;
}

/** The ReplicaSet of the Deployment's template, not yet there. */
export function newReplicaSet(deployment: Deployment, old: readonly ReplicaSet[], replicas: number): ReplicaSet {
  const { template = {}, selector = {}, minReadySeconds } = deployment.spec ?? {};
  const hash = hashOf(deployment);
  const labels = withHash(template.metadata?.labels, hash);
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: newestName(deployment),
      namespace: deployment.metadata.namespace,
      labels,
      annotations: { ...newestAnnotations(deployment, undefined, old), ...sizeAnnotations(deployment) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: withHashIn(selector, hash),
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

function hashOf({ spec, status }: Deployment): string {
  return templateHash(spec?.template ?? {}, status?.collisionCount);
}

const withHashIn = (selector: LabelSelector, hash: string): LabelSelector => ({
  ...selector,
  matchLabels: withHash(selector.matchLabels, hash),
});
