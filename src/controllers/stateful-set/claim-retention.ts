import { controllerReference } from "../../api/owner-references.ts";
import { persistentvolumeclaims } from "../../api/resources.ts";
import type { StatefulSet } from "../../api/types/apps-v1.ts";
import type { PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import type { OwnerReference } from "../../api/types/meta-v1.ts";
import type { Action } from "../actions.ts";

/**
 * Owners of a pod's claims, by which the garbage collector carries out the set's policy: the set itself where claims go with
 * it, the pod where they go when the set shrinks, nobody where they stay.
 */
export function retentionActions(
  set: StatefulSet,
  pod: Pod,
  claims: readonly PersistentVolumeClaim[],
  { isCondemned }: { readonly isCondemned: boolean },
): readonly Action[] {
  const { whenDeleted = "Retain", whenScaled = "Retain" } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {};
  const owner = isCondemned && whenScaled === "Delete" ? pod : whenDeleted === "Delete" ? set : undefined;
  return claims.flatMap((claim) => {
    const current = claim.metadata.ownerReferences ?? [];
    const others = current.filter(({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid);
    // What somebody else manages is not ours to give away.
    const isForeign = others.some(({ controller }) => controller === true);
    const wanted = owner && !isForeign ? [...others, controllerReference(owner)] : others;
    return Bun.deepEquals(wanted, current) ? [] : [withOwners(claim, wanted)];
  });
}

function withOwners({ metadata }: PersistentVolumeClaim, owners: readonly OwnerReference[]): Action {
  const { name = "", namespace, uid, resourceVersion } = metadata;
  const ownerReferences = owners.length === 0 ? null : owners;
  return {
    do: "patch",
    type: persistentvolumeclaims,
    key: { name, namespace },
    patchType: "merge",
    patch: { metadata: { uid, resourceVersion, ownerReferences } },
    asUpdate: true,
  };
}
