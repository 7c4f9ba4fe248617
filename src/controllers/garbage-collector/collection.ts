import type { KubeObject } from "../../api/resource-type.ts";
import type { OwnerReference } from "../../api/types/meta-v1.ts";
import type { Action } from "../actions.ts";
import type { Member } from "./dependency-graph.ts";

export interface CollectionSnapshot {
  readonly member: Member;
  readonly owners: readonly Owner[];
  readonly dependents: readonly Member[];
}

export interface Owner {
  readonly reference: OwnerReference;
  readonly state:
    | "there"
    | "absent"
    /** Is being deleted and waits for those that depend on it. */
    | "waiting-for-dependents";
  /** Where the object of that uid really is, if the reference is wrong about it. */
  readonly foundElsewhere?: KubeObject | undefined;
}

const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";

export const waitsForDependents = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(FOREGROUND) === true;

export const orphansDependents = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(ORPHAN) === true;

/** What becomes of an object, by what became of its owners and of its dependents. */
export function collectionActions(snapshot: CollectionSnapshot): readonly Action[] {
  const { member, dependents } = snapshot;
  const { object } = member;
  if (orphansDependents(object)) return orphan(member, dependents);
  if (waitsForDependents(object)) {
    return dependents.some((dependent) => blocks(dependent, object)) ? [] : [withoutFinalizer(member, FOREGROUND)];
  }
  if (object.metadata.deletionTimestamp !== undefined || snapshot.owners.length === 0) return [];
  return [...misplacedOwners(snapshot), ...collect(snapshot)];
}

/** An object stays as long as any of its owners does. */
function collect({ member, owners, dependents }: CollectionSnapshot): readonly Action[] {
  const lost = owners.filter(({ state }) => state !== "there");
  if (lost.length === 0) return [];
  if (lost.length < owners.length) {
    // A reference to an owner that waits would keep that owner waiting for ever.
    return [
      withOwners(
        member,
        owners.filter(({ state }) => state === "there").map(({ reference }) => reference),
      ),
    ];
  }
  const isAwaited = owners.some(({ state }) => state === "waiting-for-dependents");
  if (!isAwaited || dependents.length === 0) return [remove(member, ownPolicy(member.object))];
  const mayBeCircle = dependents.some(({ object }) => waitsForDependents(object));
  return [...(mayBeCircle ? [unblocked(member)] : []), remove(member, "Foreground", { onlyUnchanged: !mayBeCircle })];
}

/** Dependents first: were the finalizer gone before them, they would be taken for left behind. */
function orphan(member: Member, dependents: readonly Member[]): readonly Action[] {
  const { uid } = member.object.metadata;
  const released = dependents.map((dependent) => {
    const left = dependent.object.metadata.ownerReferences?.filter((owner) => owner.uid !== uid);
    return withOwners(dependent, left ?? []);
  });
  return [{ do: "together", actions: released }, withoutFinalizer(member, ORPHAN)];
}

function blocks({ object }: Member, owner: KubeObject): boolean {
  const { uid } = owner.metadata;
  return object.metadata.ownerReferences?.some((one) => one.uid === uid && one.blockOwnerDeletion === true) === true;
}

function ownPolicy({ metadata: { finalizers = [] } }: KubeObject): "Orphan" | "Foreground" | "Background" {
  if (finalizers.includes(ORPHAN)) return "Orphan";
  return finalizers.includes(FOREGROUND) ? "Foreground" : "Background";
}

/** Owners must be in the same namespace. One that is not counts as absent, which surprises people enough to tell them. */
function misplacedOwners({ member, owners }: CollectionSnapshot): readonly Action[] {
  return owners.flatMap(({ reference, foundElsewhere }): Action[] => {
    if (!foundElsewhere) return [];
    const { apiVersion, kind, name, uid } = reference;
    const { namespace = "" } = member.object.metadata;
    const identity = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
    const message = `ownerRef ${identity} does not exist in namespace "${namespace}"`;
    return [{ do: "event", about: member.object, type: "Warning", reason: "OwnerRefInvalidNamespace", message }];
  });
}

function remove(
  { type, object }: Member,
  propagationPolicy: "Orphan" | "Foreground" | "Background",
  { onlyUnchanged }: { readonly onlyUnchanged: boolean } = { onlyUnchanged: true },
): Action {
  // Somebody may be giving it a new owner at this moment.
  return { do: "delete", type, object, onlyUnchanged, options: { propagationPolicy } };
}

function unblocked(member: Member): Action {
  const references = member.object.metadata.ownerReferences ?? [];
  return withOwners(
    member,
    references.map((reference) => ({ ...reference, blockOwnerDeletion: false })),
  );
}

const withOwners = (member: Member, ownerReferences: readonly OwnerReference[]): Action =>
  patchMetadata(member, { ownerReferences: ownerReferences.length === 0 ? null : ownerReferences });

function withoutFinalizer(member: Member, finalizer: string): Action {
  return patchMetadata(member, { finalizers: member.object.metadata.finalizers?.filter((one) => one !== finalizer) });
}

/** A merge patch suits all kinds; replacing whole lists is safe because the resourceVersion must still be the same. */
function patchMetadata({ type, object }: Member, change: Readonly<Record<string, unknown>>): Action {
  const { name = "", namespace, uid, resourceVersion } = object.metadata;
  return {
    do: "patch",
    type,
    key: { name, namespace },
    patchType: "merge",
    patch: { metadata: { uid, resourceVersion, ...change } },
  };
}
