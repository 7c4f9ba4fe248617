import type { Kind } from "../../kind.ts";
import { storageclasses } from "../../resources.ts";
import type { StorageClass } from "../../types/storage-v1.ts";
import { defineKind } from "../define-kind.ts";

export const storageClass: Kind<StorageClass> = defineKind<StorageClass>({
  type: storageclasses,
  shortNames: ["sc"],
});
