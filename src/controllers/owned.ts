import { labelSelectorOf } from "../api/label-selector.ts";
import { controllerOf } from "../api/owner-references.ts";
import type { KubeObject } from "../api/resource-type.ts";
import type { LabelSelector } from "../api/types/meta-v1.ts";
import type { ResourceClient } from "../client/client.ts";
import type { Informer } from "../client/informer.ts";
import { keyOf } from "../client/object-key.ts";
import { watch, type Watch } from "./controller.ts";

/** The objects of one kind, found by who controls them. */
export interface Owned<T> {
  controlledBy(uid: string | undefined): readonly T[];
  /** Objects of the owner's namespace that its selector matches and nobody controls. */
  orphans(owner: KubeObject, selector: LabelSelector): readonly T[];
}

const CONTROLLER_INDEX = "controller";
const ORPHAN_INDEX = "orphan";

export function ownedIn<T extends KubeObject>(informer: Informer<T>): Owned<T> {
  informer.addIndex(CONTROLLER_INDEX, (object) => {
    const uid = controllerOf(object)?.uid;
    return uid === undefined ? [] : [uid];
  });
  informer.addIndex(ORPHAN_INDEX, (object) => (controllerOf(object) ? [] : [object.metadata.namespace ?? ""]));
  return {
    controlledBy: (uid = "") => informer.byIndex(CONTROLLER_INDEX, uid),
    orphans({ metadata }, selector) {
      const { matches } = labelSelectorOf(selector);
      return informer
        .byIndex(ORPHAN_INDEX, metadata.namespace ?? "")
        .filter((object) => matches(object.metadata.labels));
    },
  };
}

/** Changes of objects concern their controller, or, if they have none, every owner whose selector matches. */
export function watchOwned<T extends KubeObject, O extends KubeObject>(
  owned: Informer<T>,
  owners: Informer<O>,
  ownerKind: string,
  selectorOf: (owner: O) => LabelSelector | undefined,
): Watch {
  return watch(owned, (object) => {
    const controller = controllerOf(object);
    const { namespace, labels } = object.metadata;
    if (controller) return controller.kind === ownerKind ? [`${namespace ?? ""}/${controller.name}`] : [];
    return owners
      .list(namespace)
      .filter((owner) => labelSelectorOf(selectorOf(owner)).matches(labels))
      .map(keyOf);
  });
}

/** Asks the server, because a cache may not yet know that the owner is being deleted, and what it adopts would then go with it. */
export async function mayAdopt<O extends KubeObject>(owners: ResourceClient<O>, owner: O): Promise<boolean> {
  const { name = "", namespace, uid } = owner.metadata;
  const current = await owners.find({ name, namespace });
  return current?.metadata.uid === uid && current?.metadata.deletionTimestamp === undefined;
}
