import type { Kind } from "../../kind.ts";
import { csistoragecapacities } from "../../resources.ts";
import type { CSIStorageCapacity } from "../../types/storage-v1.ts";
import { defineKind } from "../define-kind.ts";
import { validateCsiStorageCapacity, validateCsiStorageCapacityUpdate } from "./csi-storage-capacity-validation.ts";

export const csiStorageCapacity: Kind<CSIStorageCapacity> = defineKind<CSIStorageCapacity>({
  type: csistoragecapacities,
  strategy: {
    validate: validateCsiStorageCapacity,
    validateUpdate: validateCsiStorageCapacityUpdate,
    allowsUnconditionalUpdate: false,
  },
});
