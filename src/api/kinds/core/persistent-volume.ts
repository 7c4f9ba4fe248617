import type { Kind } from "../../kind.ts";
import { persistentvolumes } from "../../resources.ts";
import type { PersistentVolume } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";

export const persistentVolume: Kind<PersistentVolume> = defineKind<PersistentVolume>({
  type: persistentvolumes,
  shortNames: ["pv"],
  subresources: [{ name: "status" }],
});
