import type { Kind } from "../../kind.ts";
import { csidrivers } from "../../resources.ts";
import type { CSIDriver } from "../../types/storage-v1.ts";
import { nameColumn, ageColumn, text, boolean } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

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
  strategy: {
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
  },
});
