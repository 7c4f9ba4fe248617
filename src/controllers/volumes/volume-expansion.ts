import { compareQuantities, parseQuantity } from "../../api/quantity.ts";
import { persistentvolumeclaims, persistentvolumes } from "../../api/resources.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import { PROVISIONED_BY, requestedStorage } from "../../api/volume-claims.ts";
import { keyOf } from "../../client/object-key.ts";
import type { Action } from "../actions.ts";
import { defineController, watch, systemAccount } from "../controller.ts";
import { DIRECTORY_PROVISIONER } from "./directory-provisioner.ts";

interface ExpansionSnapshot {
  readonly claim: PersistentVolumeClaim;
  readonly volume: PersistentVolume;
}

/** Says who has to make a volume larger: Kubernetes itself can no longer do it for any kind of volume. */
export const volumeExpansionController = defineController<ExpansionSnapshot>({
  name: "volume_expand",
  user: systemAccount("expand-controller"),
  connect({ informers }) {
    const claims = informers.informer(persistentvolumeclaims);
    const volumes = informers.informer(persistentvolumes);
    return {
      watches: [watch(claims, (claim) => (isExpansionWanted(claim) ? [keyOf(claim)] : []))],
      snapshot(key) {
        const claim = claims.get(key);
        const volume = volumes.get(claim?.spec?.volumeName ?? "");
        return claim && volume && { claim, volume };
      },
    };
  },
  reconcile: expansionActions,
});

function isExpansionWanted(claim: PersistentVolumeClaim): boolean {
  const { phase, capacity } = claim.status ?? {};
  if (phase !== "Bound" || capacity?.["storage"] === undefined) return false;
  return compareQuantities(requestedStorage(claim), parseQuantity(capacity["storage"])) > 0;
}

function expansionActions({ claim, volume }: ExpansionSnapshot): readonly Action[] {
  const isDoneHere = volume.metadata.annotations?.[PROVISIONED_BY] === DIRECTORY_PROVISIONER;
  if (isDoneHere || volume.spec?.claimRef?.uid !== claim.metadata.uid || !isExpansionWanted(claim)) return [];
  const message = "waiting for an external controller to expand this PVC";
  // A driver can be waited for; of other kinds of volumes nobody is known who could.
  const type = volume.spec?.csi ? "Normal" : "Warning";
  return [{ do: "event", about: claim, type, reason: "ExternalExpanding", message }];
}
