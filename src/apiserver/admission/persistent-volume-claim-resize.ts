import { compareQuantities, parseQuantity, ZERO } from "../../api/quantity.ts";
import { persistentvolumeclaims, storageclasses } from "../../api/resources.ts";
import type { PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { isFor, refused } from "./refusal.ts";

const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

/** Claims grow only when they are bound and their class allows it. */
export const persistentVolumeClaimResize = (reader: ObjectReader): AdmissionPlugin => ({
  name: "PersistentVolumeClaimResize",
  async validate(request) {
    if (request.operation !== "UPDATE" || !isFor(request, persistentvolumeclaims)) return;
    // The resource holds claims.
    const claim = request.object as PersistentVolumeClaim;
    const old = request.oldObject as PersistentVolumeClaim;
    if (compareQuantities(sizeOf(claim), sizeOf(old)) <= 0) return;
    if (old.status?.phase !== "Bound") throw refused(request, "Only bound persistent volume claims can be expanded");
    const name = classOf(claim);
    const found = name !== "" && name === classOf(old) ? await reader.find(storageclasses, "", name) : undefined;
    if (!found?.allowVolumeExpansion) {
      throw refused(
        request,
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
      );
    }
  },
});

function sizeOf({ spec }: PersistentVolumeClaim) {
  const size = spec?.resources?.requests?.["storage"];
  return size === undefined ? ZERO : parseQuantity(size);
}

const classOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? "";
