import { controllerReference } from "../api/owner-references.ts";
import type { KubeObject } from "../api/resource-type.ts";
import { controllerrevisions } from "../api/resources.ts";
import type { ControllerRevision } from "../api/types/apps-v1.ts";
import type { PodTemplateSpec } from "../api/types/core-v1.ts";
import type { Action } from "./actions.ts";
import { canonicalJson } from "./template-hash.ts";

/** The label by which pods name the revision of their template: by its hash or its whole name. */
export const REVISION_HASH_LABEL = "controller-revision-hash";

/** What a revision remembers, so that `kubectl rollout undo` can bring it back. */
export interface RevisionContent {
  readonly owner: KubeObject;
  readonly name: string;
  /** A patch that sets the owner back to it. */
  readonly data: unknown;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface RevisionHistory {
  readonly current: ControllerRevision;
  /** Of the others, the oldest first. */
  readonly old: readonly ControllerRevision[];
  /** What makes `current` the newest of all. */
  readonly actions: readonly Action[];
}

/** The revisions of an owner, one of which has the current content: under a new number if it was an old one. */
export function revisionHistory(content: RevisionContent, existing: readonly ControllerRevision[]): RevisionHistory {
  const sorted = existing.toSorted(olderFirst);
  const found = sorted.findLast(({ data }) => Bun.deepEquals(data, content.data));
  const old = sorted.filter((revision) => revision !== found);
  const number = Math.max(0, ...old.map(({ revision }) => revision)) + 1;
  if (!found) {
    const created = newRevision(content, number);
    return { current: created, old, actions: [{ do: "create", type: controllerrevisions, object: created }] };
  }
  if (found.revision >= number) return { current: found, old, actions: [] };
  const renumbered = { ...found, revision: number };
  return { current: renumbered, old, actions: [{ do: "update", type: controllerrevisions, object: renumbered }] };
}

/** Deletes so many of the revisions that nobody uses any more, the oldest first. */
export function historyCleanUp(unused: readonly ControllerRevision[], excess: number): Action[] {
  return unused.slice(0, Math.max(0, excess)).map((object) => ({ do: "delete", type: controllerrevisions, object }));
}

interface TemplatePatch {
  readonly spec: { readonly template: PodTemplateSpec & { readonly $patch: "replace" } };
}

/**
 * A patch that gives an owner this template, and leaves nothing of another. Clients that look for the revision of an owner
 * compare bytes, so fields are in upstream's order.
 */
export const templatePatch = (template: PodTemplateSpec): TemplatePatch =>
  // What was written just now.
  JSON.parse(canonicalJson({ spec: { template: { ...template, $patch: "replace" } } })) as TemplatePatch;

export const revisionName = (owner: KubeObject, hash: string): string => `${owner.metadata.name ?? ""}-${hash}`;

function newRevision(
  { owner, name, data, labels, annotations }: RevisionContent,
  revision: number,
): ControllerRevision {
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name,
      namespace: owner.metadata.namespace,
      ...(labels ? { labels: { ...labels } } : {}),
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision,
  };
}

function olderFirst(a: ControllerRevision, b: ControllerRevision): number {
  const [left, right] = [a, b].map(({ metadata }) => `${metadata.creationTimestamp ?? ""} ${metadata.name ?? ""}`);
  return a.revision - b.revision || ((left ?? "") < (right ?? "") ? -1 : 1);
}
