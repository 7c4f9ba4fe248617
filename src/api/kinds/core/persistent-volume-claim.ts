import type { Kind } from "../../kind.ts";
import { persistentvolumeclaims } from "../../resources.ts";
import type { PersistentVolumeClaim } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";

export const persistentVolumeClaim: Kind<PersistentVolumeClaim> = defineKind<PersistentVolumeClaim>({
  type: persistentvolumeclaims,
  shortNames: ["pvc"],
  subresources: [{ name: "status" }],
});
