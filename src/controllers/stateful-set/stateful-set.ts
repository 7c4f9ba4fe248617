import { controllerrevisions, persistentvolumeclaims, pods, statefulsets } from "../../api/resources.ts";
import type { StatefulSet } from "../../api/types/apps-v1.ts";
import type { PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import { keyOf } from "../../client/object-key.ts";
import { defineController, watch } from "../controller.ts";
import { mayAdopt, ownedIn, watchOwned } from "../owned.ts";
import { claimsOf, firstOrdinal, ordinalOf } from "./stateful-pod.ts";
import { statefulSetActions } from "./stateful-set-actions.ts";
import { updateRevisionName } from "./stateful-set-revisions.ts";

export const statefulSetController = defineController({
  name: "statefulset-controller",
  connect({ client, informers }) {
    const sets = informers.informer(statefulsets);
    const podInformer = informers.informer(pods);
    const revisionInformer = informers.informer(controllerrevisions);
    const claimInformer = informers.informer(persistentvolumeclaims);
    const ownedPods = ownedIn(podInformer);
    const ownedRevisions = ownedIn(revisionInformer);
    const claimsFor = (set: StatefulSet, list: readonly Pod[]): readonly PersistentVolumeClaim[] => {
      const wanted = Array.from({ length: set.spec?.replicas ?? 1 }, (_, index) => firstOrdinal(set) + index);
      const ordinals = new Set([...wanted, ...list.flatMap((pod) => ordinalOf(set, pod) ?? [])]);
      return [...ordinals].flatMap((ordinal) =>
        [...claimsOf(set, ordinal).values()].flatMap((claim) => claimInformer.get(keyOf(claim)) ?? []),
      );
    };
    return {
      watches: [
        watch(sets, (set) => [keyOf(set)]),
        watchOwned(podInformer, sets, "StatefulSet", ({ spec }) => spec?.selector),
        watchOwned(revisionInformer, sets, "StatefulSet", () => undefined),
        // A pod waits for its old claim to be gone.
        (concern) =>
          claimInformer.onChange({
            deleted({ metadata: { namespace, name = "" } }) {
              for (const set of sets.list(namespace)) {
                if (name.includes(`-${set.metadata.name ?? ""}-`)) concern(keyOf(set));
              }
            },
          }),
      ],
      async snapshot(key) {
        const set = sets.get(key);
        if (!set) return undefined;
        const owned = ownedPods.controlledBy(set.metadata.uid);
        const orphans = ownedPods.orphans(set, set.spec?.selector ?? {});
        const candidates = [...owned, ...orphans.filter((pod) => ordinalOf(set, pod) !== undefined)];
        return {
          set,
          pods: candidates,
          revisions: ownedRevisions.controlledBy(set.metadata.uid),
          namesake: revisionInformer.get(`${set.metadata.namespace ?? ""}/${updateRevisionName(set)}`),
          volumeClaims: claimsFor(set, candidates),
          mayAdopt: orphans.length > 0 && (await mayAdopt(client.resource(statefulsets), set)),
        };
      },
    };
  },
  reconcile: statefulSetActions,
});
