import type { Kind } from "../../kind.ts";
import { csidrivers } from "../../resources.ts";
import type { CSIDriver } from "../../types/storage-v1.ts";
import { nameColumn, ageColumn, text, boolean } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { validateCsiDriver, validateCsiDriverUpdate } from "./csi-driver-validation.ts";

export const csiDriver: Kind<CSIDriver> = defineKind<CSIDriver>({
  type: csidrivers,
  columns: [
    nameColumn,
    boolean("AttachRequired", ({ spec }) => spec.attachRequired ?? true),
    boolean("PodInfoOnMount", ({ spec }) => spec.podInfoOnMount ?? false),
    boolean("StorageCapacity", ({ spec }) => spec.storageCapacity ?? false),
    text("TokenRequests", ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(",") ?? "<unset>"),
    boolean("RequiresRepublish", ({ spec }) => spec.requiresRepublish ?? false),
    text("Modes", ({ spec }) => spec.volumeLifecycleModes?.join(",") || "<none>"),
    ageColumn,
  ],
  defaults: csiDriverDefaults,
  strategy: {
    validate: validateCsiDriver,
    validateUpdate: validateCsiDriverUpdate,
    prepareCreate: ({ spec }) => void delete spec.preventPodSchedulingIfMissing,
    prepareUpdate({ spec }, old) {
      if (old.spec.preventPodSchedulingIfMissing === undefined) delete spec.preventPodSchedulingIfMissing;
    },

    returnsDeletedObject: true,
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
  },
});

function csiDriverDefaults({ spec }: CSIDriver): void {
  spec.attachRequired ??= true;
  spec.podInfoOnMount ??= false;
  spec.storageCapacity ??= false;
  spec.fsGroupPolicy ??= "ReadWriteOnceWithFSType";
  if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ["Persistent"];
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
}
