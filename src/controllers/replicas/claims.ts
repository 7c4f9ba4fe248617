import { labelSelectorOf } from "../../api/label-selector.ts";
import { controllerOf, controllerReference } from "../../api/owner-references.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import type { Action } from "../actions.ts";

export interface Claims<T> {
  /** What the owner counts as its own, including what it is about to adopt. */
  readonly claimed: readonly T[];
  /** Adoptions and releases. */
  readonly actions: readonly Action[];
}

interface ClaimOptions {
  readonly mayAdopt: boolean;
  /** Of the owner's controller: what is its own has it, and nothing else. */
  readonly finalizer?: string;
}

/**
 * What an owner's selector means for objects: what matches and has no controller is adopted, what is controlled by the owner
 * and no longer matches is released.
 */
export function claims<T extends KubeObject>(
  owner: KubeObject,
  selector: LabelSelector,
  candidates: readonly T[],
  type: ResourceType<T>,
  { mayAdopt, finalizer }: ClaimOptions,
): Claims<T> {
  const isOwnerGoing = owner.metadata.deletionTimestamp !== undefined;
  const { matches } = labelSelectorOf(selector);
  const claimed: T[] = [];
  const actions: Action[] = [];
  for (const object of candidates) {
    const controller = controllerOf(object);
    const isMatch = matches(object.metadata.labels);
    const isGoing = object.metadata.deletionTimestamp !== undefined;
    if (controller?.uid === owner.metadata.uid) {
      if (isMatch) claimed.push(object);
      else if (!isOwnerGoing && !isGoing) actions.push(release(owner, object, type, finalizer));
      continue;
    }
    const isFree = controller === undefined && !isGoing;
    if (isFree && isMatch && mayAdopt && !isOwnerGoing) {
      claimed.push(object);
      actions.push(adopt(owner, object, type, finalizer));
    }
  }
  return { claimed, actions };
}

function adopt(owner: KubeObject, object: KubeObject, type: ResourceType, finalizer: string | undefined): Action {
  const finalizers = finalizer === undefined ? {} : { finalizers: [finalizer] };
  return patchOwners(object, type, { ownerReferences: [controllerReference(owner)], ...finalizers });
}

function release(owner: KubeObject, object: KubeObject, type: ResourceType, finalizer: string | undefined): Action {
  const finalizers = finalizer === undefined ? {} : { "$deleteFromPrimitiveList/finalizers": [finalizer] };
  return patchOwners(object, type, {
    ownerReferences: [{ $patch: "delete", uid: owner.metadata.uid }],
    ...finalizers,
  });
}

/** The uid in the patch makes it fail for another object of the same name. */
function patchOwners({ metadata }: KubeObject, type: ResourceType, change: object): Action {
  return {
    do: "patch",
    type,
    key: { name: metadata.name ?? "", namespace: metadata.namespace },
    patchType: "strategic",
    patch: { metadata: { uid: metadata.uid, ...change } },
  };
}
