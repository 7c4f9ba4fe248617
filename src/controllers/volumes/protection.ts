import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { persistentvolumeclaims, persistentvolumes, pods } from "../../api/resources.ts";
import type { PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import { claimNameOf, foreignClaimProblem } from "../../api/volume-claims.ts";
import { keyOf } from "../../client/object-key.ts";
import type { Action } from "../actions.ts";
import { defineController, watch } from "../controller.ts";
import { podsByClaim } from "./persistent-volume.ts";
import { patchUnchanged } from "./volume-writes.ts";

interface ProtectionSnapshot {
  readonly type: ResourceType;
  readonly object: KubeObject;
  readonly finalizer: string;
  readonly isInUse: boolean;
}

/** A claim that pods use does not go before them. */
export const claimProtectionController = defineController<ProtectionSnapshot>({
  name: "pvc-protection-controller",
  connect({ client, informers }) {
    const claims = informers.informer(persistentvolumeclaims);
    const podsOf = podsByClaim(informers.informer(pods));
    return {
      watches: [
        watch(claims, (claim) => [keyOf(claim)]),
        watch(informers.informer(pods), (pod) => terminatingClaims(pod, (key) => claims.get(key))),
      ],
      async snapshot(key) {
        const claim = claims.get(key);
        if (!claim) return undefined;
        const isInUse =
          claim.metadata.deletionTimestamp !== undefined &&
          (podsOf(key).some(uses(claim)) ||
            // A pod may have come that the cache does not show yet, and it would lose its data.
            (await client.resource(pods).list({ namespace: claim.metadata.namespace })).items.some(uses(claim)));
        return { type: persistentvolumeclaims, object: claim, finalizer: "kubernetes.io/pvc-protection", isInUse };
      },
    };
  },
  reconcile: protectionActions,
});

/** A volume that is bound does not go before its claim. */
export const volumeProtectionController = defineController<ProtectionSnapshot>({
  name: "pv-protection-controller",
  connect({ informers }) {
    const volumes = informers.informer(persistentvolumes);
    return {
      watches: [watch(volumes, (volume) => [keyOf(volume)])],
      snapshot(key) {
        const object = volumes.get(key);
        const isInUse = object?.status?.phase === "Bound";
        return object && { type: persistentvolumes, object, finalizer: "kubernetes.io/pv-protection", isInUse };
      },
    };
  },
  reconcile: protectionActions,
});

function terminatingClaims(pod: Pod, find: (key: string) => PersistentVolumeClaim | undefined): readonly string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => {
    const name = claimNameOf(pod, volume);
    const claim = name === undefined ? undefined : find(`${pod.metadata.namespace ?? ""}/${name}`);
    return claim?.metadata.deletionTimestamp === undefined ? [] : [keyOf(claim)];
  });
}

/** Pods without a node do not use it yet. One that is over may still have it mounted, unless it made the claim for itself alone. */
const uses =
  (claim: PersistentVolumeClaim) =>
  (pod: Pod): boolean =>
    Boolean(pod.spec?.nodeName) &&
    (pod.spec?.volumes ?? []).some((volume) => {
      if (claimNameOf(pod, volume) !== claim.metadata.name) return false;
      if (!volume.ephemeral) return true;
      return pod.metadata.deletionGracePeriodSeconds !== 0 && foreignClaimProblem(claim, pod) === undefined;
    });

function protectionActions({ type, object, finalizer, isInUse }: ProtectionSnapshot): readonly Action[] {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  const isProtected = finalizers.includes(finalizer);
  if (deletionTimestamp === undefined) {
    return isProtected ? [] : [patchUnchanged(type, object, { metadata: { finalizers: [...finalizers, finalizer] } })];
  }
  if (!isProtected || isInUse) return [];
  const others = finalizers.filter((each) => each !== finalizer);
  return [patchUnchanged(type, object, { metadata: { finalizers: others.length === 0 ? null : others } })];
}
