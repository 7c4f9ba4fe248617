import { controllerOf } from "../../api/owner-references.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { keyOf } from "../../client/object-key.ts";
import { defineController, watch, type Controller } from "../controller.ts";
import { mayAdopt, ownedIn, watchOwned, type Owned } from "../owned.ts";
import { replicaActions, type ReplicaOwner } from "./replicas.ts";

/** The controller of a kind whose objects keep a number of equal pods. */
export function defineReplicaController<O extends KubeObject>(definition: {
  readonly name: string;
  readonly type: ResourceType<O>;
  readonly ownerOf: (object: O) => ReplicaOwner;
}): Controller {
  const { name, type, ownerOf } = definition;
  return defineController({
    name,
    connect({ client, informers }) {
      const owners = informers.informer(type);
      const podInformer = informers.informer(pods);
      const owned = ownedIn(podInformer);
      const siblings = ownedIn(owners);
      return {
        watches: [
          watch(owners, (object) => [keyOf(object)]),
          watchOwned(podInformer, owners, type.kind, (object) => ownerOf(object).selector),
        ],
        async snapshot(key) {
          const object = owners.get(key);
          if (!object) return undefined;
          const owner = ownerOf(object);
          const own = owned.controlledBy(object.metadata.uid);
          const orphans = owned.orphans(object, owner.selector);
          return {
            owner,
            pods: [...own, ...orphans],
            relatedPods: own.length > owner.replicas ? relatedPods(object, siblings, owned) : [],
            mayAdopt: orphans.length > 0 && (await mayAdopt(client.resource(type), object)),
          };
        },
      };
    },
    reconcile: replicaActions,
  });
}

/** The pods of all owners that have the same owner themselves: the revisions of one Deployment. */
function relatedPods<O extends KubeObject>(object: O, siblings: Owned<O>, owned: Owned<Pod>): readonly Pod[] {
  const parent = controllerOf(object);
  if (!parent) return owned.controlledBy(object.metadata.uid);
  return siblings.controlledBy(parent.uid).flatMap((sibling) => owned.controlledBy(sibling.metadata.uid));
}
